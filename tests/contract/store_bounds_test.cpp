// Nothing grows for ever: a constant load over many simulated days, on real databases. The rows of
// every table that has a bound reach a plateau, and so does the file. Only the ledger grows.
//
// The run of a year is hidden: bin/contract_store "[bounds-year]".
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <map>
#include <set>

#include "contract/store_world.hpp"
#include "postgres/postgres_database.hpp"
#include "storage/sql_store.hpp"
#include "support/postgres_server.hpp"
#include "support/recorded_metrics.hpp"

using namespace serai;
using namespace serai::storage;
using namespace serai::testing;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kHourMs = 3'600'000;
const std::vector<std::string> kBounded = {
    "answers", "outbox", "journal", "notifications", "revoked_tokens", "entities"};

enum class Kind { sqlite, postgres };

// Short ages, so that few days show them. `off`: the table that is not cleaned.
Retention short_ages(const std::string& off = "") {
  const auto age = [&off](const std::string& table, int hours) {
    return std::chrono::hours(table == off ? 1'000'000 : hours);
  };
  Retention keep;
  keep.answers = age("answers", 48);
  keep.outbox = age("outbox", 96);
  keep.journal = age("journal", 72);
  keep.notifications = age("notifications", 120);
  keep.player_notifications = 1'000'000;
  return keep;
}

// A store with a clock of its own, and the load of one hour after the other.
class LoadedStore {
 public:
  LoadedStore(Kind kind, const Retention& keep) {
    StoreOptions options;
    options.clock = &clock_;
    options.metrics = &metrics_;
    options.manual = true;
    options.retention = keep;
    std::unique_ptr<Database> database;
    if (kind == Kind::postgres) {
      database = std::make_unique<postgres::PostgresDatabase>(
          postgres::PostgresOptions{PostgresServer::instance().make_database(), {}, {}});
    } else {
      folder_ = fs::temp_directory_path() / ("serai-bounds-" + std::to_string(::getpid()));
      fs::remove_all(folder_);
      options.data_dir = folder_.string();
    }
    auto opened = SqlStore::open(std::move(options), std::move(database));
    if (!opened) throw std::runtime_error(opened.error().detail);
    store_ = *std::move(opened);
    for (int i = 0; i < 5; ++i) players_.push_back(Uuid::make_random());
  }
  LoadedStore(const LoadedStore&) = delete;
  LoadedStore& operator=(const LoadedStore&) = delete;
  ~LoadedStore() {
    store_.reset();
    if (!folder_.empty()) fs::remove_all(folder_);
  }

  // One hour: the calls of players, `times` as many as usual, then the housekeeping of the hour.
  void pass_hour(int times, bool with_money) {
    for (int i = 0; i < 20 * times; ++i) act(with_money);
    run();
    // Twice, because the second count sees what the first half's housekeeping has left.
    for (int half = 0; half < 2; ++half) {
      clock_.advance_ms(kHourMs / 2);
      run();
    }
  }
  void pass_day(int times = 1, bool with_money = false) {
    for (int hour = 0; hour < 24; ++hour) pass_hour(times, with_money);
  }

  double rows(const std::string& table) {
    return metrics_.gauges["serai_store_rows{" + table + "}"].value;
  }
  double removed(const std::string& table) {
    return metrics_.value("serai_store_removed_total", table);
  }
  double bytes() { return metrics_.gauges["serai_store_bytes"].value; }
  SqlStore& store() { return *store_; }

 private:
  void act(bool with_money) {
    ++acts_;
    const std::string number = std::to_string(acts_);
    const Uuid& player = players_[acts_ % players_.size()];
    const UnitId unit = store_->next_unit();
    Writes writes;
    // One of a thousand entities, again and again.
    writes.entities.push_back({{"hero", std::to_string(acts_ % 1'000)}, 1, "1.0.0", number, ""});
    writes.answers.push_back({player.text() + " rpc_buy", number, acts_, 0, std::string(100, 'a')});
    OutboxMessage message;
    message.id = store_->next_outbox_id();
    message.target = {"dragon", "1"};  // no module has the kind
    message.handler = "svc_roar";
    message.payload = std::string(100, 'm');
    writes.outbox.push_back(std::move(message));
    writes.journal.push_back({store_->next_journal_row(), std::string(200, 'j')});
    writes.notifications.push_back({.id = Uuid::make_random(),
                                    .user_id = player,
                                    .subject = "news",
                                    .content = "{}",
                                    .code = 1,
                                    .sender_id = {},
                                    .create_s = clock_.now_ms() / 1000,
                                    .persistent = true});
    if (with_money) pay(unit, "trade:" + Uuid::make_random().text());
    store_->stage(unit, std::move(writes), where_, [](const Result<>& done) { REQUIRE(done); });
    store_->finish(unit);
    store_->revoke({"s:" + number, player, 0, clock_.now_ms() / 1000 + 3'600}, where_, [](auto) {});
  }

  void pay(UnitId unit, const std::string& key) {
    store_->reserve(
        unit,
        acts_,
        {.idem_key = key, .reason = "t", .entries = {{"mint", -1, true}, {"player:ann", 1}}},
        where_,
        [](const Result<>& reserved) { REQUIRE(reserved); });
    store_->confirm(unit, acts_);
  }

  void run() {
    while (store_->pump()) {
      while (where_.run_one()) {
      }
    }
  }

  fs::path folder_;
  ManualClock clock_;
  RecordedMetrics metrics_;
  QueueExecutor where_;
  std::unique_ptr<SqlStore> store_;
  std::vector<Uuid> players_;
  std::uint64_t acts_ = 0;
};

// The tables with more rows at the end of `days` days than a third of that time before.
std::set<std::string> growing(LoadedStore& loaded, int days, int times = 1) {
  for (int day = 0; day < days - days / 3; ++day) loaded.pass_day(times);
  std::map<std::string, double> before;
  for (const std::string& table : kBounded) before[table] = loaded.rows(table);
  const double bytes = loaded.bytes();
  for (int day = 0; day < days / 3; ++day) loaded.pass_day(times);
  std::set<std::string> grown;
  for (const std::string& table : kBounded) {
    INFO(table << " " << before[table] << " -> " << loaded.rows(table));
    CHECK(before[table] > 0);
    if (loaded.rows(table) > before[table] * 1.05) grown.insert(table);
  }
  INFO("bytes " << bytes << " -> " << loaded.bytes());
  if (loaded.bytes() > bytes * 1.02) grown.insert("bytes");
  return grown;
}

}  // namespace

TEST_CASE("rows and file reach a plateau under a constant load", "[contract][bounds]") {
  const Kind kind = GENERATE(Kind::sqlite, Kind::postgres);
  LoadedStore loaded(kind, short_ages());

  std::set<std::string> grown = growing(loaded, 15);
  // Space of deleted rows is used again after PostgreSQL's own vacuum, which follows real time.
  if (kind == Kind::postgres) grown.erase("bytes");

  CHECK(grown == std::set<std::string>{});
  // Two days' answers, four days' messages, three days' journal, and five days' notifications.
  CHECK(loaded.rows("answers") <= 49 * 20);
  CHECK(loaded.rows("outbox") <= 97 * 20);
  CHECK(loaded.rows("journal") <= 73 * 20);
  CHECK(loaded.rows("notifications") <= 121 * 20);
  CHECK(loaded.rows("revoked_tokens") <= 2 * 20);
  for (const std::string table : {"answers", "outbox", "journal", "notifications"}) {
    CHECK(loaded.removed(table) + loaded.rows(table) == Approx(15 * 24 * 20).margin(20));
  }
}

TEST_CASE("the same load is seen to grow where a cleaning is switched off", "[contract][bounds]") {
  const std::string off = GENERATE("answers", "outbox", "journal", "notifications");
  LoadedStore loaded(Kind::sqlite, short_ages(off));

  std::set<std::string> grown = growing(loaded, 15);

  CHECK(grown.erase(off) == 1);
  CHECK(grown == std::set<std::string>{"bytes"});
}

TEST_CASE("a player keeps the newest notifications, up to the limit", "[contract][bounds]") {
  const Kind kind = GENERATE(Kind::sqlite, Kind::postgres);
  Retention keep = short_ages();
  keep.player_notifications = 30;
  LoadedStore loaded(kind, keep);

  for (int hour = 0; hour < 30; ++hour) loaded.pass_hour(1, false);

  CHECK(loaded.rows("notifications") == 5 * 30);
  CHECK(loaded.removed("notifications") == 30 * 20 - 5 * 30);
}

TEST_CASE("the ledger is the one that grows, by a row for each transfer", "[contract][bounds]") {
  LoadedStore loaded(Kind::sqlite, short_ages());
  for (int day = 0; day < 8; ++day) loaded.pass_day(1, true);
  const double rows = loaded.rows("ledger_transfers");
  const double bytes = loaded.bytes();

  for (int day = 0; day < 8; ++day) loaded.pass_day(1, true);

  CHECK(loaded.rows("ledger_transfers") == rows * 2);
  const double each = (loaded.bytes() - bytes) / rows;
  WARN("bytes of the file for each transfer between two accounts: " << each);
  CHECK(each < 400);
  CHECK(loaded.store().audit());
}

TEST_CASE("rows and file reach a plateau over a year", "[.][bounds-year]") {
  const Kind kind = GENERATE(Kind::sqlite, Kind::postgres);
  LoadedStore loaded(kind, Retention{});

  std::set<std::string> grown = growing(loaded, 365, kind == Kind::sqlite ? 10 : 1);
  if (kind == Kind::postgres) grown.erase("bytes");

  CHECK(grown == std::set<std::string>{});
}
