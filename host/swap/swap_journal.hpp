// SwapJournal: writes the report of each swap while it goes on, and keeps the last kKept reports.
// Every change is logged and passed to the observers.
//
// Thread  the loader thread.
// Owner   borrows clock and observers.
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
  static constexpr std::size_t kKept = 16;

  struct Parts {
    const Clock& clock;
    Log log;
    Metrics& metrics;
    std::vector<SwapObserver*> observers;
    std::function<void()> changed;  // called before the observers and the log
  };
  explicit SwapJournal(Parts parts) : parts_(std::move(parts)) {}

  SwapReport open(std::string from, std::string to, std::string trigger);
  SwapReport open_dry_run(std::string from, std::string to, std::string trigger);
  void begin(SwapReport& report, Stage stage);
  // Ends the stage that began last; does nothing when it has ended already.
  void end(SwapReport& report, std::string detail);
  void conclude(SwapReport& report, SwapOutcome outcome, std::string reason);
  // A swap to what runs already: nothing has changed, so it is logged at debug level.
  void conclude_unchanged(const SwapReport& report);

  void keep(SwapReport report);
  SwapReport& last_kept() { return kept_.front(); }
  const std::deque<SwapReport>& kept() const { return kept_; }  // newest first

  void report_progress(const SwapReport& report, const SwapProgress& progress) const;
  void report_probation(const SwapReport& report,
                        const std::vector<GenerationFigures>& figures,
                        std::chrono::milliseconds left) const;

 private:
  std::int64_t since_start(const SwapReport& report) const;
  void notify(const SwapReport& report) const;

  Parts parts_;
  std::deque<SwapReport> kept_;
  std::uint64_t next_id_ = 1;
};

}  // namespace serai::swap
