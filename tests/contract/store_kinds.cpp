// The stores the contract suite runs on: SQLite with its threads, pumped by hand, and in memory.
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>

#include "contract/store_world.hpp"
#include "storage/sqlite_store.hpp"

namespace serai::testing {
namespace {

enum class Kind { threads, manual, in_memory };

class SqliteWorld final : public StoreWorld {
 public:
  explicit SqliteWorld(Kind kind) : kind_(kind) {
    static std::atomic<int> number{0};
    if (kind != Kind::in_memory) {
      directory_ =
          std::filesystem::temp_directory_path() /
          ("serai-contract-" + std::to_string(::getpid()) + "-" + std::to_string(number++));
    }
    open();
  }
  ~SqliteWorld() override {
    store_.reset();
    if (kind_ != Kind::in_memory) std::filesystem::remove_all(directory_);
  }

  Store& store() override { return *store_; }
  ManualClock& clock() override { return clock_; }
  void pump() override {
    if (kind_ != Kind::threads) store_->pump();
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
    options.manual = kind_ != Kind::threads;
    auto opened = storage::SqliteStore::open(std::move(options));
    if (!opened) throw std::runtime_error(opened.error().detail);
    store_ = *std::move(opened);
  }

  Kind kind_;
  std::filesystem::path directory_;
  ManualClock clock_;
  std::unique_ptr<storage::SqliteStore> store_;
};

}  // namespace

std::unique_ptr<StoreWorld> each_store() {
  return std::make_unique<SqliteWorld>(GENERATE(Kind::threads, Kind::manual, Kind::in_memory));
}

std::unique_ptr<StoreWorld> each_lasting_store() {
  return std::make_unique<SqliteWorld>(GENERATE(Kind::threads, Kind::manual));
}

}  // namespace serai::testing
