// StatusView: prints everything about swaps as JSON. All JSON of this folder for other processes is
// printed here, and this process never parses it.
//
//   status     {"release":…,"committed":…,"current":…,"state":"steady", or swapping, probation,
//               "note":…,"modules":[…],"swap":null or a report,"queued":[…],"history":[reports],…}
//   report     {"id":3,"from":"v1.0.0","to":"v1.1.0","outcome":"settled","stages":[…],…}
//   progress   {"swap":3,"to":"v1.1.0","stage":"commit","moved":40,"of":120}
//   probation  {"swap":3,"to":"v1.1.0","left_ms":1200,"modules":[figures of each generation]}
//   dry run    see dry_run.hpp
//
// Thread  show(): the loader thread. text(), live(), release(): any. The print functions: any;
//         pure.
#pragma once

#include <chrono>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "release/swap_plan.hpp"
#include "swap/dry_run.hpp"
#include "swap/swap_report.hpp"

namespace serai::swap {

struct SwapStatus {
  const release::LiveSet& live;
  std::string committed;  // name of the committed release
  std::string current;    // name of the release that the link names
  std::string note;
  std::string not_lasting;
  std::vector<std::string> watched;
  std::string not_watched;
  const SwapReport* swap;  // of the swap under way; null: none
  std::vector<std::string> queued;
  const std::deque<SwapReport>& history;
  const std::vector<std::string>& still_mapped;
  const std::string& last_crash;  // JSON, written by the process that crashed; empty: none
};

class StatusView {
 public:
  void show(const SwapStatus& status);

  std::string text() const;
  release::LiveSet live() const;
  std::string release() const;

 private:
  mutable std::mutex mutex_;
  std::string text_ = "{}";  // GUARDED_BY(mutex_)
  release::LiveSet live_;    // GUARDED_BY(mutex_)
};

std::string print_report(const SwapReport& report);
std::string print_dry_run(const DryRun& dry_run);
std::string print_progress(const SwapReport& report, const SwapProgress& progress);
std::string print_probation(const SwapReport& report,
                            const std::vector<GenerationFigures>& figures,
                            std::chrono::milliseconds left);

struct ReleaseListing {
  std::string folder;
  std::vector<std::string> names;
  std::string live;
  std::string current;
};
std::string print_releases(const ReleaseListing& listing);

}  // namespace serai::swap
