// The report of the host's last crash, in the data directory: <data>/crash.json. Told in the log by
// the start that comes after, and shown by `ctl modules` until the next one.
//
// Thread  the main thread, at start.
#pragma once

#include <string>

#include "base/log.hpp"
#include "base/result.hpp"

namespace serai {

// Reports go to this directory from now on. Gives the last one there, empty when there is none.
Result<std::string> keep_crash_reports(const std::string& data_dir, Log log);

}  // namespace serai
