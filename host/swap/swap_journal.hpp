// SwapJournal: writes the report of each swap while the swap goes on, and stores the last
// kReportsMax reports. Every change is logged and passed to the observers.
//
// Thread  the loader thread.
// Owner   borrows clock, metrics and observers.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "swap/swap_report.hpp"

namespace serai::swap {

class SwapJournal {
 public:
  static constexpr std::size_t kReportsMax = 16;

  struct Parts {
    const Clock& clock;
    Log log;
    Metrics& metrics;
    std::vector<SwapObserver*> observers;
    std::function<void()> changed;  // called before the observers and the log
  };
  explicit SwapJournal(Parts parts) : parts_(std::move(parts)) {}

  SwapReport open(std::string from, std::string to, std::string trigger);
  // The report of a dry run has no id, and is neither logged nor passed to observers.
  SwapReport open_dry_run(std::string from, std::string to, std::string trigger);
  void begin(SwapReport& report, Stage stage);
  // Ends the stage that began last. Does nothing when that stage has ended already.
  void end(SwapReport& report, std::string detail);
  // Sets the outcome: the end of the swap, or the start of its probation.
  void conclude(SwapReport& report, SwapOutcome outcome, std::string reason);
  // For a swap to the release that runs already. Nothing has changed, so it is logged at debug
  // level.
  void conclude_unchanged(const SwapReport& report);

  void keep(SwapReport report);  // stores the report as the newest one
  SwapReport& newest() { return reports_.front(); }
  const std::deque<SwapReport>& reports() const { return reports_; }  // newest first

  void report_progress(const SwapReport& report, const SwapProgress& progress) const;
  void report_probation(const SwapReport& report,
                        const std::vector<GenerationFigures>& figures,
                        std::chrono::milliseconds left) const;

 private:
  std::int64_t since_start(const SwapReport& report) const;
  void notify(const SwapReport& report) const;

  Parts parts_;
  std::deque<SwapReport> reports_;
  std::uint64_t next_id_ = 1;
};

}  // namespace serai::swap
