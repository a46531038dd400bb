#include "modules/probation.hpp"

#include <algorithm>
#include <cstdio>

namespace serai {
namespace {

double rate(std::uint64_t part, std::uint64_t calls) {
  return calls == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(calls);
}

std::string percent(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.1f %%", value * 100.0);
  return text;
}

std::string worse(const GenerationFigures& now,
                  const char* what,
                  std::uint64_t count,
                  double former_rate) {
  return now.module + " " + now.version + ": " + std::to_string(count) + " of " +
         std::to_string(now.calls) + " calls " + what + " (" + percent(rate(count, now.calls)) +
         ", before the swap " + percent(former_rate) + ")";
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
    const double failed_before = rate(former.failures, former.calls);
    if (figures.failures >= limits.failures_min &&
        rate(figures.failures, figures.calls) > failed_before + limits.failure_rate_over) {
      return worse(figures, "failed", figures.failures, failed_before);
    }
    const double overran_before = rate(former.overruns, former.calls);
    if (figures.overruns >= limits.overruns_min &&
        rate(figures.overruns, figures.calls) > overran_before + limits.overrun_rate_over) {
      return worse(figures, "overran their budget", figures.overruns, overran_before);
    }
  }
  return {};
}

}  // namespace serai
