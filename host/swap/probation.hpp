// Probation: decides whether the new generations do worse than those that they have replaced.
//
// Units   rates are fractions: 0.3 is 30 %.
// Thread  any; pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ports/swap_control.hpp"

namespace serai::swap {

// The amounts by which a figure may exceed that of the former generation. Operators can change
// them.
struct ProbationLimits {
  double failure_rate_over = 0.05;
  double refusal_rate_over = 0.3;  // of one handler; each player counts once
  double overrun_rate_over = 0.25;
  double late_tick_rate_over = 0.05;
  std::uint64_t unreadable_min = 1;  // so many more than before the swap are too many
  double latency_times = 4.0;        // factor of the 99th percentile of handler times
};

// The constants below are numbers of calls, failures or players. With fewer of them a rate proves
// nothing. They follow from statistics and not from the game, so they are not configuration keys.
//
// The number of players that must contribute to a figure, or all players when there are fewer: each
// counts for at most an equal share of it. Otherwise one player could cause a rollback. Calls
// without a player count in full.
inline constexpr std::uint64_t kProbationPlayers = 5;
// A failure is always the module's fault, so a few are enough.
inline constexpr std::uint64_t kProbationFailures = 5;
// A good release has refusals, late ticks and overruns in busy moments too, so more are needed.
inline constexpr std::uint64_t kProbationRefusals = 20;
inline constexpr std::uint64_t kProbationOverruns = 20;
inline constexpr std::uint64_t kProbationLateTicks = 20;
// With fewer calls, the 99th percentile is only the slowest one or two.
inline constexpr std::uint64_t kProbationLatencyCalls = 200;
// A percentile up to this is never too slow, because players do not notice it.
inline constexpr std::uint64_t kProbationLatencyFloorUs = 2'000;

// Returns the reason for a rollback; empty: there is none. Compares each of `new_generations` with
// the last figures of the same module in `before`.
std::string judge_probation(const std::vector<GenerationFigures>& before,
                            const std::vector<GenerationFigures>& now,
                            const std::vector<std::uint64_t>& new_generations,
                            const ProbationLimits& limits);

}  // namespace serai::swap
