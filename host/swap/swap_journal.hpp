// SwapJournal: writes the report of each swap while it goes on, and keeps the last ones. Every
// change goes to the log and to the observers.
//
// Bound   kKept reports; the oldest goes.
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
    std::function<void()> changed;  // before the observers and the log hear of it
  };
  explicit SwapJournal(Parts parts) : parts_(std::move(parts)) {}

  SwapReport open(std::string from, std::string to, std::string trigger);
  SwapReport open_dry_run(std::string from, std::string to, std::string trigger);
  void begin(SwapReport& report, Stage stage);
  // Of the stage that began last; does nothing when that has ended.
  void end(SwapReport& report, std::string detail);
  void conclude(SwapReport& report, SwapOutcome outcome, std::string reason);
  // A swap to what runs already: nobody waits for it, so the log has it at debug level.
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
