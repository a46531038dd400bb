// CallerCell: the figures of one caller (ports/caller_figures.hpp) under one generation, on one
// shard.
//
// Thread  add_one(): the shard's. add_to(): any.
// Owner   Figures of the generation.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "base/uuid.hpp"
#include "ports/caller_figures.hpp"

namespace serai::runtime {

struct CallerCell {
  using Count = std::atomic<std::uint32_t>;
  Count calls{0};
  Count failures{0};
  Count overruns{0};
  Count late_ticks{0};
  std::array<Count, LatencyBuckets{}.size()> latency{};

  // One thread alone writes a count, so load and store need not be one atomic operation.
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

// One shard's part of a caller's Outcomes of one handler.
struct OutcomeCell {
  CallerCell::Count ended{0};
  CallerCell::Count refused{0};

  void add_to(Outcomes& sum) const {
    sum.ended += ended.load(std::memory_order_relaxed);
    sum.refused += refused.load(std::memory_order_relaxed);
  }
};

// The index of a player's cell; kOwnCell for a run without a player (nil).
inline std::size_t cell_of_player(const Uuid& player) {
  return player.is_nil() ? kOwnCell : player.hash() % kPlayerCells;
}

}  // namespace serai::runtime
