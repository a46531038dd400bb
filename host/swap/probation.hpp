// Probation: are the new generations worse than the ones they replaced?
//
// Units   rates are parts of one.
// Thread  pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ports/swap_control.hpp"

namespace serai {

struct ProbationLimits {
  // So many players, or all when there are fewer, must bear a figure out: of what proves it, each
  // counts at most an equal share. What runs without a player counts in full.
  std::uint64_t callers_min = 5;
  std::uint64_t failures_min = 5;   // fewer prove nothing
  double failure_rate_over = 0.05;  // above the former generation's rate
  // Of one handler: so many refusals, and so much above its rate under the former generation. Each
  // player counts once, and callers_min of them must have called it.
  std::uint64_t refusals_min = 20;
  double refusal_rate_over = 0.3;
  std::uint64_t overruns_min = 20;
  double overrun_rate_over = 0.25;
  std::uint64_t late_ticks_min = 20;
  double late_tick_rate_over = 0.05;
  std::uint64_t unreadable_min = 1;  // more than before the swap
  // The 99th percentile of handler times against the former one's.
  std::uint64_t latency_calls_min = 200;
  std::uint64_t latency_floor_us = 2'000;  // what is faster is fast enough
  double latency_times = 4.0;
};

// Why to go back; empty: nothing is wrong. Compares each listed generation with the last figures of
// the same module under `before`.
std::string judge_probation(const std::vector<GenerationFigures>& before,
                            const std::vector<GenerationFigures>& now,
                            const std::vector<std::uint64_t>& new_generations,
                            const ProbationLimits& limits);

}  // namespace serai
