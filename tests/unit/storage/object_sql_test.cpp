// Listings of what others made: which rows SQLite visits for them.
#include "storage/object_sql.hpp"

#include <catch2/catch.hpp>

#include "storage/migrations.hpp"
#include "storage/sqlite/sqlite_db.hpp"

using namespace serai;
using namespace serai::storage;

namespace {

// How SQLite goes about the listing, in its own words.
std::string plan_of(const ObjectQuery& query) {
  std::string sql;  // outlives the Db, which knows statements by their address
  auto db = *storage::SqliteDb::open({.path = ":memory:", .create = true});
  REQUIRE(migrate_to(*db, storage::migrations().back().number));
  db->set_fault([&sql](std::string_view text) {
    sql = text;
    return storage::DbFailure::none;
  });
  REQUIRE(list_objects(*db, query, {Uuid::make_named("bob"), false}));
  db->set_fault(nullptr);
  sql.insert(0, "EXPLAIN QUERY PLAN ");

  std::string plan;
  Query steps(*db, sql.c_str());
  while (steps.row()) plan += steps.text(3) + "\n";
  return plan;
}

}  // namespace

TEST_CASE("private objects of others cost a listing nothing", "[objects]") {
  CHECK(plan_of({"saves", Uuid::make_named("ann"), 10, ""}) ==
        "SEARCH objects USING INDEX objects_public (collection=? AND user_id=? AND key>?)\n");
  CHECK(plan_of({"saves", std::nullopt, 10, ""}) ==
        "SEARCH objects USING INDEX objects_public (collection=? AND (user_id,key)>(?,?))\n");
}
