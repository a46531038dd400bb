// Writes the messages of SQLite itself (a log that was recovered, a broken index, a failed write)
// to the host's log, as "storage.sqlite_said" with code and text.
//
// Texts   contain statements and columns, never the values bound to them.
// Errors  failed_precondition: SQLite is in use already.
// Thread  call it before the process opens its first database; later SQLite does not allow it.
//         Messages come from any thread.
// Owner   the sink behind `log` outlives the last database.
#pragma once

#include "base/log.hpp"
#include "base/result.hpp"

namespace serai::storage {

Result<> log_sqlite_lines(Log log);

}  // namespace serai::storage
