// The stores the contract suite runs on: SQLite with its threads, and SQLite pumped by hand.
#include <unistd.h>

#include <atomic>
#include <filesystem>

#include "contract/store_world.hpp"
#include "storage/sqlite_store.hpp"

namespace serai::testing {
namespace {

class SqliteWorld final : public StoreWorld {
 public:
  explicit SqliteWorld(bool manual) : manual_(manual) {
    static std::atomic<int> number{0};
    directory_ = std::filesystem::temp_directory_path() /
                 ("serai-contract-" + std::to_string(::getpid()) + "-" + std::to_string(number++));
    open();
  }
  ~SqliteWorld() override {
    store_.reset();
    std::filesystem::remove_all(directory_);
  }

  Store& store() override { return *store_; }
  ManualClock& clock() override { return clock_; }
  void pump() override {
    if (manual_) store_->pump();
  }
  void restart() override {
    store_.reset();
    open();
  }
  Result<> audit() override { return store_->audit(); }

 private:
  void open() {
    StoreOptions options;
    options.data_dir = directory_.string();
    options.clock = &clock_;
    options.manual = manual_;
    auto opened = SqliteStore::open(std::move(options));
    if (!opened) throw std::runtime_error(opened.error().detail);
    store_ = *std::move(opened);
  }

  bool manual_;
  std::filesystem::path directory_;
  ManualClock clock_;
  std::unique_ptr<SqliteStore> store_;
};

}  // namespace

const std::vector<StoreKind>& store_kinds() {
  static const std::vector<StoreKind> kinds{
      {"sqlite", [] { return std::make_unique<SqliteWorld>(false); }},
      {"sqlite, manual", [] { return std::make_unique<SqliteWorld>(true); }}};
  return kinds;
}

}  // namespace serai::testing
