// SwapReporter: publishes the swap engine's events to the watchers of the ops plane, as the JSON of
// StatusView.
//
//   swap       the whole report, when a stage begins or ends and at the end
//   progress   how many entities have moved, at most twenty times a second
//   probation  the figures of each generation, at most once a second
//
// Thread  the loader thread.
// Owner   borrows feed and clock, which outlive it.
#pragma once

#include "base/clock.hpp"
#include "ops/event_feed.hpp"
#include "swap/swap_report.hpp"

namespace serai::app {

class SwapReporter final : public swap::SwapObserver {
 public:
  SwapReporter(ops::EventFeed& feed, const Clock& clock) : feed_(feed), clock_(clock) {}

  void on_swap(const swap::SwapReport& report) override;
  void on_progress(const swap::SwapReport& report, const SwapProgress& progress) override;
  void on_probation(const swap::SwapReport& report,
                    const std::vector<GenerationFigures>& figures,
                    std::chrono::milliseconds left) override;

 private:
  bool is_due(std::int64_t& last_us, std::int64_t every_us);

  ops::EventFeed& feed_;
  const Clock& clock_;
  std::int64_t progress_us_ = 0;
  std::int64_t probation_us_ = 0;
};

}  // namespace serai::app
