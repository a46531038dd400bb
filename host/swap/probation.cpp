#include "swap/probation.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <span>

namespace serai::swap {
namespace {

double rate(std::uint64_t part, std::uint64_t calls) {
  return calls == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(calls);
}

std::string percent(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.1f %%", value * 100.0);
  return text;
}

// True when the count still reaches `least` if each player counts for at most an equal share of it.
// One player can make a handler fail or be slow on purpose; under a bad release it is so for
// everybody. Ticks and timers run without a player and count in full, because often only one entity
// has them.
template <class CountOf>
bool is_borne_out(const GenerationFigures& now, std::uint64_t least, const CountOf& count_of) {
  if (now.callers.empty()) return true;
  const auto players = std::span(now.callers).first(kPlayerCells);
  const auto active = static_cast<std::uint64_t>(std::ranges::count_if(
      players, [](const CallerFigures& player) { return player.calls != 0; }));
  const std::uint64_t sharers = std::max<std::uint64_t>(1, std::min(kProbationPlayers, active));
  const std::uint64_t share = (least + sharers - 1) / sharers;
  std::uint64_t sum = count_of(now.callers[kOwnCell]);
  for (const CallerFigures& player : players) sum += std::min(share, count_of(player));
  return sum >= least;
}

std::string worse(const GenerationFigures& now,
                  const char* failure,
                  std::uint64_t count,
                  double former_rate) {
  return now.module + " " + now.version + ": " + std::to_string(count) + " of " +
         std::to_string(now.calls) + " calls " + failure + " (" + percent(rate(count, now.calls)) +
         ", before the swap " + percent(former_rate) + ")";
}

std::string slower(const GenerationFigures& now,
                   const GenerationFigures& former,
                   const ProbationLimits& limits) {
  if (now.calls < kProbationLatencyCalls || former.calls < kProbationLatencyCalls) return {};
  const std::uint64_t before = latency_us(former.latency, 0.99);
  const std::uint64_t after = latency_us(now.latency, 0.99);
  const double allowed = limits.latency_times * static_cast<double>(before);
  if (after <= kProbationLatencyFloorUs || static_cast<double>(after) <= allowed) return {};
  const double slow_from = std::max(allowed, static_cast<double>(kProbationLatencyFloorUs));
  const auto slow_calls = [slow_from](const CallerFigures& caller) {
    std::uint64_t slow = 0;
    for (std::size_t i = 0; i < caller.latency.size(); ++i) {
      if (static_cast<double>(std::uint64_t{1} << i) > slow_from) slow += caller.latency[i];
    }
    return slow;
  };
  if (!is_borne_out(now, now.calls / 100 + 1, slow_calls)) return {};
  return now.module + " " + now.version + ": 99 % of handlers end within " + std::to_string(after) +
         " us (before the swap " + std::to_string(before) + " us)";
}

// The rate of refusals of a handler. Each caller counts once, however often it calls.
struct RefusalRate {
  std::uint64_t callers = 0;
  std::uint64_t ended = 0;
  std::uint64_t refused = 0;
  double rate = 0;  // the mean of the callers' rates
};

RefusalRate refusal_rate(std::span<const Outcomes> callers) {
  RefusalRate out;
  for (const Outcomes& caller : callers) {
    if (caller.ended == 0) continue;
    ++out.callers;
    out.ended += caller.ended;
    out.refused += caller.refused;
    out.rate += rate(caller.refused, caller.ended);
  }
  if (out.callers != 0) out.rate /= static_cast<double>(out.callers);
  return out;
}

// True when the rate has risen significantly. Refusals are ordinary: a player without gold is
// refused and tries again. So the rate must have risen by more than the limit, and by more than
// three standard errors of that many samples (binomial distribution).
bool has_risen(const RefusalRate& now,
               const RefusalRate& before,
               std::uint64_t samples,
               const ProbationLimits& limits) {
  if (now.refused < kProbationRefusals || before.ended < kProbationRefusals) return false;
  const double variance = before.rate * (1 - before.rate) / static_cast<double>(samples);
  return now.rate > before.rate + std::max(limits.refusal_rate_over, 3 * std::sqrt(variance));
}

// Calls of a handler that are judged together.
struct Sample {
  std::size_t first;  // index of the first caller
  std::size_t callers;
  bool by_player;
};
constexpr Sample kOfPlayers{0, kPlayerCells, true};
constexpr Sample kOwn{kOwnCell, 1, false};  // calls without a player

// What the rise of a handler's refusals is; empty: they have not risen.
std::string rise_of(const HandlerFigures& handler,
                    const HandlerFigures& old,
                    const Sample& sample,
                    const ProbationLimits& limits) {
  const auto callers_of = [&](const HandlerFigures& figures) {
    return std::span(figures.callers).subspan(sample.first, sample.callers);
  };
  const RefusalRate after = refusal_rate(callers_of(handler));
  const RefusalRate before = refusal_rate(callers_of(old));
  if (sample.by_player && after.callers < kProbationPlayers) return {};
  if (!has_risen(after, before, sample.by_player ? after.callers : after.ended, limits)) return {};
  return handler.name + " refused " + std::to_string(after.refused) + " of " +
         std::to_string(after.ended) + " calls" +
         (sample.by_player ? " of " + std::to_string(after.callers) + " players" : "") + " (" +
         percent(after.rate) + (sample.by_player ? " of a player's" : "") + ", before the swap " +
         percent(before.rate) + ")";
}

// Finds a handler that now refuses calls that it accepted before. A new handler, or one that was
// rarely called before, is skipped, because it has no rate to compare with. Each player is one
// sample. Calls without a player are judged separately.
std::string refuses_more(const GenerationFigures& now,
                         const GenerationFigures& former,
                         const ProbationLimits& limits) {
  for (const HandlerFigures& handler : now.handlers) {
    const auto old = std::ranges::find(former.handlers, handler.name, &HandlerFigures::name);
    if (old == former.handlers.end()) continue;
    std::string rise = rise_of(handler, *old, kOfPlayers, limits);
    if (rise.empty()) rise = rise_of(handler, *old, kOwn, limits);
    if (!rise.empty()) return now.module + " " + now.version + ": " + rise;
  }
  return {};
}

std::string judge(const GenerationFigures& now,
                  const GenerationFigures& former,
                  const ProbationLimits& limits) {
  const auto over = [&](const char* failure,
                        std::uint64_t count,
                        std::uint64_t count_before,
                        std::uint64_t least,
                        double margin,
                        std::uint64_t CallerFigures::*of_caller) -> std::string {
    const double before = rate(count_before, former.calls);
    if (count < least || rate(count, now.calls) <= before + margin) return {};
    if (!is_borne_out(now, least, std::mem_fn(of_caller))) return {};
    return worse(now, failure, count, before);
  };
  for (std::string reason : {over("failed",
                                  now.failures,
                                  former.failures,
                                  kProbationFailures,
                                  limits.failure_rate_over,
                                  &CallerFigures::failures),
                             over("overran their budget",
                                  now.overruns,
                                  former.overruns,
                                  kProbationOverruns,
                                  limits.overrun_rate_over,
                                  &CallerFigures::overruns),
                             over("delayed a tick",
                                  now.late_ticks,
                                  former.late_ticks,
                                  kProbationLateTicks,
                                  limits.late_tick_rate_over,
                                  &CallerFigures::late_ticks)}) {
    if (!reason.empty()) return reason;
  }
  if (std::string reason = refuses_more(now, former, limits); !reason.empty()) return reason;
  if (now.unreadable >= former.unreadable + limits.unreadable_min) {
    return now.module + " " + now.version + ": " + std::to_string(now.unreadable) +
           " entities could not be read (before the swap " + std::to_string(former.unreadable) +
           ")";
  }
  return slower(now, former, limits);
}

}  // namespace

std::string judge_probation(const std::vector<GenerationFigures>& before,
                            const std::vector<GenerationFigures>& now,
                            const std::vector<std::uint64_t>& new_generations,
                            const ProbationLimits& limits) {
  for (const GenerationFigures& figures : now) {
    const bool judged =
        std::find(new_generations.begin(), new_generations.end(), figures.generation) !=
        new_generations.end();
    if (!judged) continue;
    GenerationFigures former;
    for (const GenerationFigures& old : before) {
      if (old.module == figures.module) former = old;
    }
    std::string reason = judge(figures, former, limits);
    if (!reason.empty()) return reason;
  }
  return {};
}

}  // namespace serai::swap
