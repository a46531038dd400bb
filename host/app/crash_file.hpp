// The report of the host's last crash, stored as <data>/crash.json. The next start logs it, and
// `ctl modules` shows it until the next crash.
//
// Errors  permission_denied: the data directory cannot be made, or cannot be made private.
// Thread  the main thread, at start.
#pragma once

#include <optional>
#include <string>

#include "base/log.hpp"
#include "base/result.hpp"
#include "runtime/entity/timer_crash.hpp"

namespace serai::app {

struct LastCrash {
  std::string report;                        // JSON; empty when there was no crash
  std::optional<runtime::TimerCrash> timer;  // set when the last run crashed in a timer's handler
};

// Installs the handler that writes crash reports to this directory, and returns the report of the
// last crash.
Result<LastCrash> keep_crash_reports(const std::string& data_dir, Log log);

}  // namespace serai::app
