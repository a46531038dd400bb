// Probation: judges whether the new generations do worse than those they replaced.
//
// Units   rates are fractions: 0.3 is 30 %.
// Thread  pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ports/swap_control.hpp"

namespace serai::swap {

// How far a figure may exceed the former generation's. Operators can change these.
struct ProbationLimits {
  double failure_rate_over = 0.05;
  double refusal_rate_over = 0.3;  // of one handler; each player counts once
  double overrun_rate_over = 0.25;
  double late_tick_rate_over = 0.05;
  std::uint64_t unreadable_min = 1;  // more than before the swap
  double latency_times = 4.0;        // the 99th percentile of handler times
};

// The constants below: how many calls, failures or players a rate needs before it proves anything.
// They follow from statistics and not from a game, so they are no configuration keys.
//
// A figure needs so many players, or all when there are fewer: each player counts for at most an
// equal share of it. Otherwise one player could take a release back. Calls without a player count
// in full.
inline constexpr std::uint64_t kProbationPlayers = 5;
// Every failure is an error, so a few are enough.
inline constexpr std::uint64_t kProbationFailures = 5;
// Good releases have refusals, late ticks and overruns in busy moments too, so it takes more.
inline constexpr std::uint64_t kProbationRefusals = 20;
inline constexpr std::uint64_t kProbationOverruns = 20;
inline constexpr std::uint64_t kProbationLateTicks = 20;
// With fewer calls, the 99th percentile is only the slowest one or two.
inline constexpr std::uint64_t kProbationLatencyCalls = 200;
// Players do not notice handlers faster than this, however much slower than before they are.
inline constexpr std::uint64_t kProbationLatencyFloorUs = 2'000;

// The reason to go back; empty: nothing is wrong. Compares each of `new_generations` with the last
// figures of the same module in `before`.
std::string judge_probation(const std::vector<GenerationFigures>& before,
                            const std::vector<GenerationFigures>& now,
                            const std::vector<std::uint64_t>& new_generations,
                            const ProbationLimits& limits);

}  // namespace serai::swap
