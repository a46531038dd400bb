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
  std::optional<runtime::TimerCrash> timer;  // set when the last run crashed in a timer's handler
};

// From now on crash reports are written to this directory. Returns the report of the last crash.
Result<LastCrash> keep_crash_reports(const std::string& data_dir, Log log);

}  // namespace serai::app
