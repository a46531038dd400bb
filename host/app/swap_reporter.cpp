#include "app/swap_reporter.hpp"

#include "swap/status_view.hpp"

namespace serai::app {
namespace {

// The shortest intervals between events; nobody reads faster.
constexpr std::int64_t kProgressEveryUs = 50'000;
constexpr std::int64_t kProbationEveryUs = 1'000'000;

}  // namespace

bool SwapReporter::is_due(std::int64_t& last_us, std::int64_t every_us) {
  const std::int64_t now = clock_.steady_us();
  if (now < last_us + every_us) return false;
  last_us = now;
  return true;
}

void SwapReporter::on_swap(const swap::SwapReport& report) {
  feed_.publish("swap", print_report(report));
}

void SwapReporter::on_progress(const swap::SwapReport& report, const SwapProgress& progress) {
  const bool last = progress.moved >= progress.of;
  if (!is_due(progress_us_, kProgressEveryUs) && !last) return;
  feed_.publish("progress", print_progress(report, progress));
}

void SwapReporter::on_probation(const swap::SwapReport& report,
                                const std::vector<GenerationFigures>& figures,
                                std::chrono::milliseconds left) {
  if (!is_due(probation_us_, kProbationEveryUs)) return;
  feed_.publish("probation", print_probation(report, figures, left));
}

}  // namespace serai::app
