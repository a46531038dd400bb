// Messages of SQLite itself (a log that was recovered, a broken index, a failed write) as lines of
// the host's log: "storage.sqlite_said" with code and text.
//
// Texts   name statements and columns, never the values bound to them.
// Thread  to be called before the process opens its first database; later SQLite does not allow it.
//         Lines come from any thread.
// Owner   the sink behind `log` outlives the last database.
#pragma once

#include "base/log.hpp"
#include "base/result.hpp"

namespace serai::storage {

// failed_precondition: SQLite is in use already.
Result<> log_sqlite_lines(Log log);

}  // namespace serai::storage
