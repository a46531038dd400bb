// Opening a data directory: refusals and their texts; migrations up and down.
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "storage/migrations.hpp"
#include "storage/sql_store.hpp"
#include "storage/sqlite/sqlite_database.hpp"

using namespace serai;
using namespace serai::storage;

namespace {

struct TempDir {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("serai-open-" + std::to_string(::getpid()));
  TempDir() { std::filesystem::remove_all(path); }
  ~TempDir() { std::filesystem::remove_all(path); }
  std::string text() const { return path.string(); }
  std::string database() const { return (path / "serai.db").string(); }
};

ManualClock test_clock;

Result<std::unique_ptr<SqlStore>> open(const TempDir& directory) {
  storage::StoreOptions options;
  options.data_dir = directory.text();
  options.clock = &test_clock;
  return storage::SqlStore::open(std::move(options));
}

void sql(const std::string& path, const char* text) {
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &db) == SQLITE_OK);
  CHECK(sqlite3_exec(db, text, nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(db);
}

Result<std::string> migrate(const TempDir& directory,
                            MigrateCommand command,
                            std::optional<int> to) {
  SqliteDatabase database(directory.text());
  return storage::migrate(database, command, to);
}

}  // namespace

TEST_CASE("a second host on one directory is refused, with the path named", "[open]") {
  TempDir directory;
  auto first = open(directory);
  REQUIRE(first.ok());

  const auto second = open(directory);

  REQUIRE_FALSE(second.ok());
  CHECK(second.error().code == Errc::unavailable);
  CHECK(second.error().detail.find(directory.text()) != std::string::npos);
  CHECK(second.error().detail.find(std::to_string(::getpid())) != std::string::npos);
  (*first)->close();
  CHECK(open(directory).ok());
}

TEST_CASE("a data directory that others could read is closed to them", "[open]") {
  TempDir directory;
  const mode_t before = ::umask(0);
  (*open(directory))->close();
  for (const char* name : {"", "/serai.lock", "/serai.db"}) {
    ::chmod((directory.text() + name).c_str(), 0777);
  }

  auto store = open(directory);
  REQUIRE(store.ok());
  ::umask(before);

  for (const char* name : {"", "/serai.lock", "/serai.db", "/serai.db-wal", "/serai.db-shm"}) {
    INFO(name);
    struct stat status {};
    REQUIRE(::stat((directory.text() + name).c_str(), &status) == 0);
    CHECK((status.st_mode & 0077) == 0);
  }
}

TEST_CASE("a database of a newer host is refused", "[open]") {
  TempDir directory;
  REQUIRE(open(directory).ok());
  sql(directory.database(), "PRAGMA user_version=99");

  const auto opened = open(directory);

  REQUIRE_FALSE(opened.ok());
  CHECK(opened.error().code == Errc::failed_precondition);
  CHECK(opened.error().detail.find("99") != std::string::npos);
}

TEST_CASE("what is no database, or somebody else's, is refused", "[open]") {
  TempDir directory;
  std::filesystem::create_directories(directory.path);
  SECTION("a text file") {
    std::ofstream(directory.database()) << "this is a letter, not a database, and quite a long one";
  }
  SECTION("another program's database") { sql(directory.database(), "CREATE TABLE recipes(name)"); }

  const auto opened = open(directory);

  REQUIRE_FALSE(opened.ok());
  CHECK(opened.error().code == Errc::data_loss);
  CHECK(opened.error().detail.find("serai.db") != std::string::npos);
}

TEST_CASE("a directory that cannot be written is refused", "[open]") {
  TempDir directory;
  std::ofstream(directory.path) << "a file where the directory should be";

  const auto opened = open(directory);

  REQUIRE_FALSE(opened.ok());
  CHECK(opened.error().code == Errc::permission_denied);
}

TEST_CASE("every migration goes up, down, and up again", "[migrations]") {
  TempDir directory;
  const int newest = static_cast<int>(storage::migrations().size());
  for (int i = 0; i < newest; ++i)
    CHECK(storage::migrations()[static_cast<std::size_t>(i)].number == i + 1);

  REQUIRE(migrate(directory, storage::MigrateCommand::up, std::nullopt));
  for (int number = newest - 1; number >= 0; --number) {
    REQUIRE(migrate(directory, storage::MigrateCommand::down, std::nullopt));
  }
  const auto bottom = migrate(directory, storage::MigrateCommand::status, std::nullopt);
  REQUIRE(bottom.ok());
  CHECK(bottom->find("schema 0 of") == 0);
  for (int number = 1; number <= newest; ++number) {
    REQUIRE(migrate(directory, storage::MigrateCommand::up, number));
  }
  CHECK_FALSE(migrate(directory, MigrateCommand::up, newest + 1));
  CHECK_FALSE(migrate(directory, MigrateCommand::down, newest + 1));
  CHECK(open(directory).ok());
}

TEST_CASE("a directory in use is looked at, and not migrated", "[migrations]") {
  TempDir directory;
  CHECK(migrate(directory, MigrateCommand::status, std::nullopt).error().code == Errc::not_found);
  auto store = open(directory);
  REQUIRE(store.ok());

  const auto status = migrate(directory, MigrateCommand::status, std::nullopt);
  REQUIRE(status.ok());
  const std::string newest = std::to_string(migrations().size());
  CHECK(status->find("schema " + newest + " of " + newest) == 0);
  CHECK(migrate(directory, MigrateCommand::down, std::nullopt).error().code == Errc::unavailable);
}
