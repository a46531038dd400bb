// Backups: a file of either database restored into either one is the same game.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <set>

#include "contract/place_world.hpp"
#include "storage/migrations.hpp"
#include "storage/sqlite/sqlite_db.hpp"
#include "storage/table_shapes.hpp"

using namespace serai;
using namespace serai::storage;
using namespace serai::testing;
namespace fs = std::filesystem;

namespace {

LedgerTransfer gold(const std::string& key, std::int64_t amount) {
  return {.idem_key = key,
          .reason = "test",
          .entries = {{"mint", -amount, true}, {"player:ann", amount, false}}};
}

// Bytes that are no UTF-8, quotes, backslashes, nothing: what an array's text form may get wrong.
const std::vector<std::string> kStates = {
    "", std::string("\0\x01\xff", 3), R"(a "quoted" \ {text},)", "plain"};

void play(PlaceWorld& world) {
  for (std::size_t i = 0; i < kStates.size(); ++i) {
    REQUIRE(world.commit(entity_write({"character", "c" + std::to_string(i)}, kStates[i])));
  }
  REQUIRE(world.pay(gold("k1", 100)));
  REQUIRE(world.pay(gold("k2", 20)));
  world.create_device("device-1", "ann \"the\" brave \\");
}

void check_played(PlaceWorld& world) {
  for (std::size_t i = 0; i < kStates.size(); ++i) {
    const auto stored = world.load({"character", "c" + std::to_string(i)});
    REQUIRE(stored.has_value());
    CHECK(stored->state == kStates[i]);
  }
  CHECK(world.balance("player:ann") == 120);
  CHECK(world.pay(gold("k2", 20)));  // a repeated transfer, which happens once
  CHECK(world.balance("player:ann") == 120);
  const FoundAccount found = world.create_device("device-1", "other");
  CHECK_FALSE(found.created);
  CHECK(found.username == "ann \"the\" brave \\");
  CHECK(world.audit());
}

}  // namespace

TEST_CASE("a backup of either database is restored into either one", "[contract][backup]") {
  const Folder folder;
  const Place from = make_place(folder, "from");
  const Place to = make_place(folder, "to");
  const std::string file = folder / "backup.db";
  PlaceWorld world(from);
  play(world);

  const auto saved = world.sql_store().back_up(file);
  REQUIRE(saved);
  CHECK(saved->entities == kStates.size());
  CHECK(saved->users == 1);
  CHECK(saved->transfers == 2);
  CHECK((fs::status(file).permissions() & fs::perms::others_all) == fs::perms::none);
  CHECK_FALSE(fs::exists(file + "-wal"));
  const auto restored = restore(file, *to.database());
  REQUIRE(restored);
  CHECK(restored->all == saved->all);

  PlaceWorld second(to);
  check_played(second);
  // Everything that is written from now on gets ids of its own.
  REQUIRE(second.commit(entity_write({"character", "new"}, "new")));
  CHECK(second.create_device("device-2", "bob").created);
  CHECK(second.pay(gold("k3", 1)));
  second.restart();
  CHECK(second.load({"character", "new"})->state == "new");
  CHECK(second.audit());
}

TEST_CASE("a backup is never written over a file, and one that is broken off leaves none",
          "[contract][backup]") {
  const Folder folder;
  PlaceWorld world({folder / "data", ""});
  play(world);
  std::ofstream(folder / "taken") << "a file";

  CHECK(world.sql_store().back_up(folder / "taken").error().code == Errc::already_exists);
  CHECK(world.sql_store().back_up(folder / "no/such/folder").error().code == Errc::unavailable);

  CHECK(fs::file_size(folder / "taken") == 6);
  CHECK_FALSE(fs::exists(folder / "taken.part"));
}

TEST_CASE("only a sound backup is restored, and only into an empty database",
          "[contract][backup]") {
  const Folder folder;
  const std::string file = folder / "backup.db";
  PlaceWorld world({folder / "data", ""});
  play(world);
  REQUIRE(world.sql_store().back_up(file));
  const Place full{folder / "full", ""};
  {
    PlaceWorld other(full);
    REQUIRE(other.commit(entity_write({"character", "mine"}, "mine")));
  }

  const auto refused = restore(file, *full.database());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::already_exists);
  CHECK(refused.error().detail.find("entities: 1 rows") != std::string::npos);
  CHECK(PlaceWorld(full).load({"character", "mine"})->state == "mine");

  CHECK(restore(folder / "missing", *sqlite_in(folder / "empty")).error().code ==
        Errc::unavailable);
  std::ofstream(folder / "text") << std::string(5000, 'x');
  CHECK(restore(folder / "text", *sqlite_in(folder / "empty")).error().code == Errc::data_loss);
  fs::copy_file(file, folder / "cut");
  fs::resize_file(folder / "cut", fs::file_size(file) / 2);
  CHECK_FALSE(restore(folder / "cut", *sqlite_in(folder / "empty")));
  CHECK(restore(file, *sqlite_in(folder / "empty")));
}

TEST_CASE("a backup of an older schema is migrated on its way in", "[contract][backup]") {
  const Folder folder;
  const std::string file = folder / "old.db";
  PlaceWorld world({folder / "data", ""});
  play(world);
  REQUIRE(world.sql_store().back_up(file));
  {
    auto old = SqliteDb::open({.path = file});
    REQUIRE(old);
    REQUIRE(migrate_to(**old, newest_schema() - 1));
  }

  REQUIRE(restore(file, *sqlite_in(folder / "to")));

  PlaceWorld second({folder / "to", ""});
  check_played(second);
  CHECK(SqliteDb::open({.path = file, .read_only = true}).value()->schema_number().value() ==
        newest_schema() - 1);
}

TEST_CASE("a backup has every column of every table", "[contract][backup]") {
  auto db = *SqliteDb::open({.path = ":memory:", .create = true});
  REQUIRE(migrate_to(*db, newest_schema()));
  std::set<std::string> described;
  for (const TableShape& shape : table_shapes()) {
    for (const ColumnShape& column : shape.columns) {
      described.insert(shape.name + "." + std::string(column.name) + " " + column.type);
    }
  }

  std::set<std::string> stored;
  Query columns(
      *db,
      "SELECT t.name || '.' || c.name || ' ' || CASE c.type WHEN 'INTEGER' THEN 'i' "
      "WHEN 'TEXT' THEN 't' ELSE 'b' END FROM sqlite_schema t, pragma_table_info(t.name) c "
      "WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'");
  while (columns.row()) stored.insert(columns.text(0));

  CHECK(stored == described);
}
