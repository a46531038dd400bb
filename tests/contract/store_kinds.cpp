// The stores the contract suite runs on: SQLite with its threads, pumped by hand, and in memory;
// PostgreSQL with its threads, and pumped by hand.
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>

#include "contract/store_world.hpp"
#include "postgres/postgres_database.hpp"
#include "storage/sql_store.hpp"
#include "support/postgres_server.hpp"

namespace serai::testing {
namespace {

enum class Kind { sqlite, sqlite_manual, sqlite_in_memory, postgres, postgres_manual };

bool is_postgres(Kind kind) { return kind == Kind::postgres || kind == Kind::postgres_manual; }
bool has_threads(Kind kind) { return kind == Kind::sqlite || kind == Kind::postgres; }

class SqlWorld final : public StoreWorld {
 public:
  explicit SqlWorld(Kind kind) : kind_(kind) {
    static std::atomic<int> number{0};
    if (is_postgres(kind)) {
      url_ = PostgresServer::instance().make_database();
    } else if (kind != Kind::sqlite_in_memory) {
      directory_ =
          std::filesystem::temp_directory_path() /
          ("serai-contract-" + std::to_string(::getpid()) + "-" + std::to_string(number++));
    }
    open();
  }
  ~SqlWorld() override {
    store_.reset();
    if (!directory_.empty()) std::filesystem::remove_all(directory_);
  }

  Store& store() override { return *store_; }
  ManualClock& clock() override { return clock_; }
  void pump() override {
    if (!has_threads(kind_)) store_->pump();
  }
  void restart() override {
    store_.reset();
    open();
  }
  Result<> audit() override { return store_->audit(); }

 private:
  void open() {
    storage::StoreOptions options;
    options.data_dir = directory_.string();
    options.clock = &clock_;
    options.manual = !has_threads(kind_);
    std::unique_ptr<storage::Database> database;
    if (!url_.empty()) {
      database =
          std::make_unique<postgres::PostgresDatabase>(postgres::PostgresOptions{url_, {}, {}});
    }
    auto opened = storage::SqlStore::open(std::move(options), std::move(database));
    if (!opened) throw std::runtime_error(opened.error().detail);
    store_ = *std::move(opened);
  }

  Kind kind_;
  std::filesystem::path directory_;
  std::string url_;  // of PostgreSQL
  ManualClock clock_;
  std::unique_ptr<storage::SqlStore> store_;
};

}  // namespace

std::unique_ptr<StoreWorld> each_store() {
  return std::make_unique<SqlWorld>(GENERATE(Kind::sqlite,
                                             Kind::sqlite_manual,
                                             Kind::sqlite_in_memory,
                                             Kind::postgres,
                                             Kind::postgres_manual));
}

std::unique_ptr<StoreWorld> each_lasting_store() {
  return std::make_unique<SqlWorld>(
      GENERATE(Kind::sqlite, Kind::sqlite_manual, Kind::postgres, Kind::postgres_manual));
}

}  // namespace serai::testing
