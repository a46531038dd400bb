// SwapReporter: publishes what the swap engine does to the watchers of the ops plane.
//
//   swap       the whole record, when a stage begins or ends and at the end
//   progress   {"swap":3,"to":"v1.1.0","stage":"commit","moved":40,"of":120}
//   probation  {"swap":3,"to":"v1.1.0","left_ms":1200,"modules":[figures of each generation]}
//
// Thread  the loader thread.
// Owner   borrows feed and clock, which outlive it.
#pragma once

#include "base/clock.hpp"
#include "ops/event_feed.hpp"
#include "swap/swap_record.hpp"

namespace serai {

class SwapReporter final : public SwapObserver {
 public:
  SwapReporter(EventFeed& feed, const Clock& clock) : feed_(feed), clock_(clock) {}

  void on_swap(const SwapRecord& record) override;
  void on_progress(const SwapRecord& record, const SwapProgress& progress) override;
  void on_probation(const SwapRecord& record,
                    const std::vector<GenerationFigures>& figures,
                    std::chrono::milliseconds left) override;

 private:
  bool is_due(std::int64_t& last_us, std::int64_t every_us);

  EventFeed& feed_;
  const Clock& clock_;
  std::int64_t progress_us_ = 0;
  std::int64_t probation_us_ = 0;
};

}  // namespace serai
