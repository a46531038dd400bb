// Failing databases: whichever statement fails, the state afterwards is the old or the new one,
// never a mix. Real failures are those of SQLite's disk here; those of PostgreSQL are in
// store_outages_test.cpp.
#include <sys/resource.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "postgres/postgres_database.hpp"
#include "storage/sql_store.hpp"
#include "support/postgres_server.hpp"

using namespace serai;
using namespace serai::storage;

namespace {

using storage::DbFailure;

struct Queue final : Executor {
  std::vector<Work> works;
  void post(Work work) override { works.push_back(std::move(work)); }
};

struct TempDir {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("serai-faults-" + std::to_string(::getpid()));
  TempDir() { std::filesystem::remove_all(path); }
  ~TempDir() { std::filesystem::remove_all(path); }
  // The directory, then none, which is PostgreSQL.
  std::string or_none() const { return GENERATE(true, false) ? path.string() : ""; }
};

// A store pumped by hand whose writer fails at one statement.
struct World {
  ManualClock clock;
  Queue where;
  int countdown = -1;
  DbFailure failure = DbFailure::away;
  std::unique_ptr<storage::SqlStore> store;

  // An empty `directory`: in PostgreSQL.
  explicit World(const std::string& directory) {
    storage::StoreOptions options;
    options.data_dir = directory;
    options.clock = &clock;
    options.manual = true;
    options.fault = [this](std::string_view) {
      return countdown >= 0 && countdown-- == 0 ? failure : DbFailure::none;
    };
    std::unique_ptr<Database> database;
    if (directory.empty()) {
      database = std::make_unique<postgres::PostgresDatabase>(
          postgres::PostgresOptions{testing::PostgresServer::instance().make_database(), {}, {}});
    }
    store = *storage::SqlStore::open(std::move(options), std::move(database));
  }
  void run() {
    while (store->pump() || !where.works.empty()) {
      for (Work& work : std::exchange(where.works, {})) work();
    }
  }
  template <class T, class Call>
  Result<T> ask(Call call) {
    std::optional<Result<T>> got;
    call(StoreAnswer<T>([&](Result<T> result) { got.emplace(std::move(result)); }));
    run();
    REQUIRE(got.has_value());
    return *std::move(got);
  }
  std::string load(const std::string& key) {
    auto stored = ask<std::optional<StoredEntity>>([&](auto answer) {
      store->load({"character", key}, where, std::move(answer));
    });
    return stored && *stored ? (*stored)->state : "";
  }
  std::int64_t balance(const std::string& account) {
    return *ask<std::int64_t>(
        [&](auto answer) { store->balance(account, where, std::move(answer)); });
  }
};

Writes states(const std::string& state) {
  Writes writes;
  for (const char* key : {"ann", "bob"}) {
    writes.entities.push_back({.id = {"character", key},
                               .schema = 1,
                               .module_version = "1",
                               .state = state,
                               .host_state = ""});
  }
  writes.answers.push_back(
      {.scope = "s", .key = state, .request_hash = 1, .status = 0, .payload = state});
  return writes;
}

LedgerTransfer reward(const std::string& key) {
  return {
      .idem_key = key, .reason = "reward", .entries = {{"mint", -10, true}, {"player:ann", 10}}};
}

// One call with all kinds of writes: two entities, an answer and a transfer.
Result<> call(World& world, const std::string& state) {
  const UnitId unit = world.store->next_unit();
  auto held = world.ask<Unit>([&](auto answer) {
    world.store->reserve(unit, unit, reward(state), world.where, std::move(answer));
  });
  held ? world.store->confirm(unit, unit) : world.store->cancel(unit, unit);
  if (!held) {
    world.store->finish(unit);
    return held;
  }
  return world.ask<Unit>([&](auto answer) {
    world.store->stage(unit, states(state), world.where, std::move(answer));
    world.store->finish(unit);
  });
}

}  // namespace

TEST_CASE("fail the first operation, then the second, …: state is old or new, never between",
          "[contract][faults]") {
  const auto failure =
      GENERATE(DbFailure::away, DbFailure::statement, DbFailure::conflict, DbFailure::doubt);
  TempDir directory;
  World world(directory.or_none());
  REQUIRE(call(world, "old"));
  bool untouched = false;
  for (int fail_at = 0; !untouched; ++fail_at) {
    REQUIRE(fail_at < 100);
    const std::int64_t before = world.balance("player:ann");
    const std::string old = world.load("ann");
    const std::string wanted = "new" + std::to_string(fail_at);
    world.failure = failure;
    world.countdown = fail_at;

    const auto done = call(world, wanted);
    untouched = world.countdown >= 0;
    world.countdown = -1;

    INFO("failed at statement " << fail_at);
    if (!done) CHECK(done.error().code == Errc::unavailable);
    const std::string now = world.load("ann");
    CHECK(world.load("bob") == now);
    CHECK(now == (done ? wanted : old));
    CHECK(world.balance("player:ann") == (now == wanted ? before + 10 : before));
    REQUIRE(world.store->audit());
    CHECK(call(world, "again" + std::to_string(fail_at)));
  }
}

TEST_CASE("when it cannot be determined whether a call was made before, it is refused",
          "[contract][faults]") {
  TempDir directory;
  World world(directory.or_none());
  REQUIRE(call(world, "first"));
  const UnitId unit = world.store->next_unit();
  Writes again = states("second");
  again.answers[0].key = "first";
  world.failure = DbFailure::away;
  world.countdown = 0;  // the query for an earlier answer

  const auto done = world.ask<Unit>([&](auto answer) {
    world.store->stage(unit, std::move(again), world.where, std::move(answer));
    world.store->finish(unit);
  });

  CHECK(done.error().code == Errc::unavailable);
  CHECK(world.load("ann") == "first");
}

TEST_CASE("a write that meets a bad statement does not take its neighbours along",
          "[contract][faults]") {
  TempDir directory;
  World world(directory.or_none());
  world.run();
  std::vector<bool> good;
  for (const char* device : {"device-1", "device-2", "device-3"}) {
    world.store->create_account({.identity = {IdentityKind::device, device},
                                 .username = device,
                                 .password_hash = "",
                                 .now_s = 1},
                                world.where,
                                [&](Result<FoundAccount> found) { good.push_back(found.ok()); });
  }
  world.failure = DbFailure::statement;
  world.countdown = 4;  // inside the first account, in the common transaction only
  world.run();

  CHECK(good == std::vector<bool>{true, true, true});
}

TEST_CASE("a database that was deleted refuses writes, and goes on when it is back",
          "[contract][faults]") {
  TempDir directory;
  World world(directory.path.string());
  REQUIRE(call(world, "one"));
  REQUIRE(world.store->flush());
  const auto path = directory.path / "serai.db";
  const auto aside = directory.path / "aside";

  std::filesystem::rename(path, aside);
  CHECK(call(world, "two").error().code == Errc::unavailable);
  CHECK(world.ask<Unit>([&](auto answer) { world.store->ping(world.where, std::move(answer)); })
            .error()
            .code == Errc::unavailable);
  std::filesystem::rename(aside, path);

  CHECK(world.load("ann") == "one");
  CHECK(call(world, "three"));
  CHECK(world.load("bob") == "three");
  CHECK(world.balance("player:ann") == 20);
  CHECK(world.store->audit());
}

TEST_CASE("a batch of objects is there whole or not at all, whatever statement fails",
          "[contract][faults]") {
  TempDir directory;
  World world(directory.or_none());
  world.run();
  const ObjectActor server{{}, true};
  const auto count = [&](const std::string& collection) {
    return world
        .ask<std::vector<StorageObject>>([&](auto answer) {
          world.store->read_objects({{collection, "a", {}}, {collection, "b", {}}},
                                    server,
                                    world.where,
                                    std::move(answer));
        })
        ->size();
  };
  bool untouched = false;
  for (int fail_at = 0; !untouched; ++fail_at) {
    REQUIRE(fail_at < 100);
    const std::string collection = "c" + std::to_string(fail_at);
    world.failure = DbFailure::away;
    world.countdown = fail_at;
    const auto done = world.ask<std::vector<ObjectAck>>([&](auto answer) {
      world.store->write_objects(
          {{{collection, "a", {}}, "{}", "", 2, 1}, {{collection, "b", {}}, "{}", "", 2, 1}},
          server,
          1,
          world.where,
          std::move(answer));
    });
    untouched = world.countdown >= 0;
    world.countdown = -1;

    INFO("failed at statement " << fail_at);
    CHECK(done.ok() == untouched);
    CHECK(count(collection) == (done ? 2U : 0U));
  }
}

TEST_CASE("a disk that is really full loses nothing it has taken, and goes on when there is room",
          "[contract][faults]") {
  TempDir directory;
  World world(directory.path.string());
  REQUIRE(call(world, "one"));
  const auto log_bytes = std::filesystem::file_size(directory.path / "serai.db-wal");
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  const auto signal_before = std::signal(SIGXFSZ, SIG_IGN);
  rlimit tight = before;
  tight.rlim_cur = log_bytes + 100;  // not one more page fits
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &tight) == 0);

  const auto full = call(world, "two");
  const std::string kept = world.load("ann");

  REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
  std::signal(SIGXFSZ, signal_before);
  REQUIRE_FALSE(full.ok());
  CHECK(full.error().code == Errc::unavailable);
  CHECK(kept == "one");
  CHECK(call(world, "stale").error().code == Errc::unavailable);  // bob was not loaded again
  CHECK(world.load("ann") == "one");
  CHECK(world.load("bob") == "one");
  CHECK(call(world, "three"));
  CHECK(world.load("bob") == "three");
  CHECK(world.store->audit());
}
