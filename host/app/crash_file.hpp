// The report of the host's last crash, in the data directory: <data>/crash.json. Told in the log by
// the start that comes after, and shown by `ctl modules` until the next one.
//
// Thread  the main thread, at start.
#pragma once

#include <optional>
#include <string>

#include "base/log.hpp"
#include "base/result.hpp"
#include "runtime/entity/timer_crash.hpp"

namespace serai {

struct LastCrash {
  std::string report;               // empty: there was none
  std::optional<TimerCrash> timer;  // the host's last run died of
};

// Reports go to this directory from now on. Gives what is known of the last one there.
Result<LastCrash> keep_crash_reports(const std::string& data_dir, Log log);

}  // namespace serai
