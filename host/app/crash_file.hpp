// The report of the host's last crash, in the data directory: <data>/crash.json. The next start
// logs it, and `ctl modules` shows it until the next crash.
//
// Thread  the main thread, at start.
#pragma once

#include <optional>
#include <string>

#include "base/log.hpp"
#include "base/result.hpp"
#include "runtime/entity/timer_crash.hpp"

namespace serai::app {

struct LastCrash {
  std::string report;                        // empty: there was none
  std::optional<runtime::TimerCrash> timer;  // the host's last run died of
};

// From now on reports go to this directory. Returns what is there of the last crash.
Result<LastCrash> keep_crash_reports(const std::string& data_dir, Log log);

}  // namespace serai::app
