// Probation: are the new generations worse than the ones they replaced?
//
// Units   rates are parts of one.
// Thread  pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ports/swap_control.hpp"

namespace serai::swap {

// Above the former generation's rates: how much worse is too much. An operator may know better.
struct ProbationLimits {
  double failure_rate_over = 0.05;
  double refusal_rate_over = 0.3;  // of one handler; each player counts once
  double overrun_rate_over = 0.25;
  double late_tick_rate_over = 0.05;
  std::uint64_t unreadable_min = 1;  // more than before the swap
  double latency_times = 4.0;        // the 99th percentile of handler times
};

// How much must have been seen before a rate proves anything. These follow from statistics, and not
// from a game: nobody has to set them.
//
// So many players, or all when there are fewer, must bear a figure out: of what proves it, each
// counts at most an equal share. What runs without a player counts in full. With fewer, one player
// could take a release back.
inline constexpr std::uint64_t kProbationPlayers = 5;
// A handful of failures may be one player's; each is an error, so a handful is enough.
inline constexpr std::uint64_t kProbationFailures = 5;
// Refusals, late ticks and overruns happen in good releases too: a busy moment brings some.
inline constexpr std::uint64_t kProbationRefusals = 20;
inline constexpr std::uint64_t kProbationOverruns = 20;
inline constexpr std::uint64_t kProbationLateTicks = 20;
// A 99th percentile of fewer calls is but its slowest one or two.
inline constexpr std::uint64_t kProbationLatencyCalls = 200;
// What ends sooner no player notices, however many times the former figure it is.
inline constexpr std::uint64_t kProbationLatencyFloorUs = 2'000;

// Why to go back; empty: nothing is wrong. Compares each listed generation with the last figures of
// the same module under `before`.
std::string judge_probation(const std::vector<GenerationFigures>& before,
                            const std::vector<GenerationFigures>& now,
                            const std::vector<std::uint64_t>& new_generations,
                            const ProbationLimits& limits);

}  // namespace serai::swap
