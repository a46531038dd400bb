#include "storage/sqlite/sqlite_log.hpp"

#include <sqlite3.h>

namespace serai::storage {
namespace {

Log g_log;  // set before SQLite starts; later its threads only read it

// Two codes are normal and logged at debug only: after a failed constraint the host reports that a
// name is taken, and after a changed schema it prepares a statement again.
LogLevel level_of(int code) {
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
    case SQLITE_SCHEMA:
      return LogLevel::debug;
    case SQLITE_NOTICE:
      return LogLevel::info;
    default:
      return LogLevel::warn;
  }
}

void on_line(void*, int code, const char* text) {
  const LogFields fields{{"code", code}, {"text", std::string_view(text)}};
  g_log.write(level_of(code), "storage.sqlite_said", fields);
}

}  // namespace

Result<> log_sqlite_lines(Log log) {
  g_log = log;
  if (sqlite3_config(SQLITE_CONFIG_LOG, on_line, nullptr) == SQLITE_OK) return success();
  return {Errc::failed_precondition, "SQLite is in use already: its lines cannot be logged"};
}

}  // namespace serai::storage
