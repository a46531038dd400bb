// CallerFigures: what each caller has met under one generation, so that no single player decides
// what is thought of it.
//
// A caller is the player whom a handler runs for. Whatever runs without one (ticks, timers, what
// entities do by themselves) has one cell together: it is the release's own. Players are told apart
// by the keyed hash of their ids, so nobody can choose to share a cell with somebody else.
//
// Bound   kCallerCells cells, however many players there are; players of one cell count as one.
// Thread  cells: written by their shard, read by anybody.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "base/uuid.hpp"

namespace serai {

inline constexpr std::size_t kPlayerCells = 63;
inline constexpr std::size_t kOwnCell = kPlayerCells;  // what runs without a player
inline constexpr std::size_t kCallerCells = kPlayerCells + 1;

// How long handlers took: bucket i counts those under 2^i microseconds that no smaller one holds.
using LatencyBuckets = std::array<std::uint64_t, 24>;

struct CallerFigures {
  std::uint64_t calls = 0;
  std::uint64_t failures = 0;
  std::uint64_t overruns = 0;
  std::uint64_t late_ticks = 0;
  LatencyBuckets latency{};
};

// How a caller's calls of one handler have ended.
struct Outcomes {
  std::uint64_t ended = 0;    // with success, a refusal or a failure
  std::uint64_t refused = 0;  // with an error that is no fault of the module
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

// One shard's part of a caller's Outcomes.
struct OutcomeCell {
  CallerCell::Count ended{0};
  CallerCell::Count refused{0};

  void add_to(Outcomes& sum) const {
    sum.ended += ended.load(std::memory_order_relaxed);
    sum.refused += refused.load(std::memory_order_relaxed);
  }
};

inline std::size_t cell_of_player(const Uuid& player) {
  return player.is_nil() ? kOwnCell : player.hash() % kPlayerCells;
}

}  // namespace serai
