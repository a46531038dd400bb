// CallerFigures: what each caller has met under one generation, so that no single caller decides
// what is thought of it.
//
// A caller is the player whom a handler runs for; without one, the entity that it runs on. Callers
// are told apart by a keyed hash, so nobody can choose to share a cell with somebody else.
//
// Bound   kCallerCells cells, the first of them for players, however many callers there are;
// callers
//         of one cell count as one.
// Thread  cells: written by their shard, read by anybody.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace serai {

inline constexpr std::size_t kPlayerCells = 48;
inline constexpr std::size_t kCallerCells = 64;

// How long handlers took: bucket i counts those under 2^i microseconds that no smaller one holds.
using LatencyBuckets = std::array<std::uint64_t, 24>;

struct CallerFigures {
  std::uint64_t calls = 0;
  std::uint64_t failures = 0;
  std::uint64_t overruns = 0;
  std::uint64_t late_ticks = 0;
  LatencyBuckets latency{};
};

// One shard's part of a caller's figures.
struct CallerCell {
  using Count = std::atomic<std::uint32_t>;
  Count calls{0};
  Count failures{0};
  Count overruns{0};
  Count late_ticks{0};
  std::array<Count, LatencyBuckets{}.size()> latency{};

  // Only its shard writes, so an increment need not be atomic as a whole.
  static void add_one(Count& count) {
    count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
  void add_to(CallerFigures& sum) const {
    sum.calls += calls.load(std::memory_order_relaxed);
    sum.failures += failures.load(std::memory_order_relaxed);
    sum.overruns += overruns.load(std::memory_order_relaxed);
    sum.late_ticks += late_ticks.load(std::memory_order_relaxed);
    for (std::size_t i = 0; i < latency.size(); ++i) {
      sum.latency[i] += latency[i].load(std::memory_order_relaxed);
    }
  }
};

// The finaliser of MurmurHash3: every bit of the hash decides.
constexpr std::uint64_t mix_with(std::uint64_t key, std::uint64_t hash) {
  std::uint64_t mixed = hash ^ key;
  mixed = (mixed ^ (mixed >> 33)) * 0xff51afd7ed558ccdULL;
  mixed = (mixed ^ (mixed >> 33)) * 0xc4ceb9fe1a85ec53ULL;
  return mixed ^ (mixed >> 33);
}
constexpr std::size_t player_cell(std::uint64_t key, std::uint64_t hash) {
  return mix_with(key, hash) % kPlayerCells;
}
constexpr std::size_t entity_cell(std::uint64_t key, std::uint64_t hash) {
  return kPlayerCells + mix_with(key, hash) % (kCallerCells - kPlayerCells);
}

}  // namespace serai
