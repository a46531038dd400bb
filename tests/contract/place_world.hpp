// PlaceWorld: a SqlStore in a database that can be opened again, of either kind.
//
// Errors  a store that cannot be opened fails the test.
// Thread  the test's; the store has threads of its own.
#pragma once

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include "contract/store_world.hpp"
#include "postgres/postgres_database.hpp"
#include "storage/sql_store.hpp"
#include "storage/sqlite/sqlite_database.hpp"
#include "support/postgres_server.hpp"

namespace serai::testing {

struct Folder {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("serai-place-" + std::to_string(::getpid()));
  Folder() { std::filesystem::create_directories(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path); }
  std::string operator/(const std::string& name) const { return (path / name).string(); }
};

inline std::unique_ptr<storage::Database> sqlite_in(const std::string& directory) {
  return std::make_unique<storage::SqliteDatabase>(directory);
}

inline std::unique_ptr<storage::Database> postgres_at(const std::string& url) {
  return std::make_unique<postgres::PostgresDatabase>(postgres::PostgresOptions{url, {}, {}});
}

// Makes the same database again and again: the one under test, and the one that reads it.
struct Place {
  std::string directory;
  std::string url;
  std::unique_ptr<storage::Database> database() const {
    return url.empty() ? sqlite_in(directory) : postgres_at(url);
  }
};

inline Place make_place(const Folder& folder, const std::string& name) {
  if (GENERATE(true, false)) return {folder / name, ""};
  return {"", PostgresServer::instance().make_database()};
}

class PlaceWorld final : public StoreWorld {
 public:
  explicit PlaceWorld(Place place) : place_(std::move(place)) { restart(); }
  Store& store() override { return *store_; }
  ManualClock& clock() override { return clock_; }
  void pump() override {}
  void restart() override {
    store_.reset();
    storage::StoreOptions options;
    options.clock = &clock_;
    // The store owns it. NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDeleteLeaks)
    auto database = place_.database();
    auto opened = storage::SqlStore::open(std::move(options), std::move(database));
    if (!opened) throw std::runtime_error(opened.error().detail);
    store_ = *std::move(opened);
  }
  Result<> audit() override { return store_->audit(); }
  storage::SqlStore& sql_store() { return *store_; }

 private:
  Place place_;
  ManualClock clock_;
  std::unique_ptr<storage::SqlStore> store_;
};

}  // namespace serai::testing
