#include "storage/sqlite/sqlite_log.hpp"

#include <sqlite3.h>

#include <catch2/catch.hpp>

#include "support/recorded_log.hpp"

using namespace serai;
using namespace serai::storage;

TEST_CASE("what SQLite says comes as lines of the log, without the values bound", "[log]") {
  testing::RecordedLog sink;
  sqlite3_shutdown();  // other tests have closed their databases
  REQUIRE(storage::log_sqlite_lines(Log(sink)));

  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open(":memory:", &db) == SQLITE_OK);
  CHECK(sqlite3_exec(db, "select absent", nullptr, nullptr, nullptr) == SQLITE_ERROR);
  REQUIRE(sqlite3_exec(db, "create table t(a unique)", nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_stmt* insert = nullptr;
  REQUIRE(sqlite3_prepare_v2(db, "insert into t values(?)", -1, &insert, nullptr) == SQLITE_OK);
  for (const int expected : {SQLITE_DONE, SQLITE_CONSTRAINT}) {
    sqlite3_bind_text(insert, 1, "device-id", -1, SQLITE_STATIC);
    CHECK(sqlite3_step(insert) == expected);
    sqlite3_reset(insert);
  }
  CHECK_FALSE(storage::log_sqlite_lines(Log(sink)));  // too late now
  sqlite3_finalize(insert);
  sqlite3_close(db);
  sqlite3_shutdown();
  REQUIRE(storage::log_sqlite_lines(Log()));

  REQUIRE_FALSE(sink.lines.empty());
  CHECK_THAT(sink.lines[0],
             Catch::StartsWith("storage.sqlite_said code=1 text=no such column: absent"));
  for (const std::string& line : sink.lines) CHECK(line.find("device-id") == std::string::npos);
}
