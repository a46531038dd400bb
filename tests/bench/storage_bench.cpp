// bench_storage: measures the operations of the store per second. Prints one line of JSON per kind
// of operation.
//
//   bench_storage [directory | postgresql://...] [operations]
//
// A directory is SQLite's; without one it is made and deleted again.
// One thread sends the requests, as a shard does, with at most 1,024 of them in flight.
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>

#include "postgres/postgres_database.hpp"
#include "storage/sql_store.hpp"

using namespace serai;

namespace {

constexpr int kInFlight = 1'024;

// An executor that runs answers on the storage thread that posts them, because the bench has no
// shard.
struct Direct final : Executor {
  void post(Work work) override { work(); }
};

// Limits the number of requests in flight, and counts failures.
class Gate {
 public:
  void enter() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return in_flight_ < kInFlight; });
    ++in_flight_;
  }
  void leave(bool good) {
    {
      const std::lock_guard lock(mutex_);
      --in_flight_;
      failures_ += good ? 0 : 1;
    }
    changed_.notify_one();
  }
  // Waits for all answers, and returns the number of failures.
  int wait_for_all() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return in_flight_ == 0; });
    return failures_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int in_flight_ = 0;
  int failures_ = 0;
};

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct CountingMetrics final : Metrics {
  struct Count final : Counter {
    double value = 0;
    void add(double by) override { value += by; }
  };
  struct Nothing final : Histogram {
    void observe(double) override {}
  };
  Count commits;
  Count others;
  Nothing nothing;
  Counter& counter(std::string_view name, std::string_view, MetricLabels) override {
    return name == "serai_store_commits_total" ? commits : others;
  }
  Gauge& gauge(std::string_view name, std::string_view help, MetricLabels labels) override {
    return no_metrics().gauge(name, help, std::move(labels));
  }
  Histogram& histogram(std::string_view, std::string_view, MetricLabels) override {
    return nothing;
  }
};

using Operation = std::function<void(int, Gate&)>;

void measure(const char* name, int count, CountingMetrics& metrics, const Operation& operation) {
  Gate gate;
  const double commits = metrics.commits.value;
  const double cpu = cpu_seconds();
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < count; ++i) {
    gate.enter();
    operation(i, gate);
  }
  const int failures = gate.wait_for_all();
  const double wall =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  const double used = cpu_seconds() - cpu;
  const double batches = metrics.commits.value - commits;
  std::printf(
      "{\"what\":\"%s\",\"count\":%d,\"failures\":%d,\"per_second\":%.0f,\"per_cpu_second\":%.0f,"
      "\"commits_per_second\":%.0f,\"batch\":%.1f}\n",
      name,
      count,
      failures,
      count / wall,
      count / used,
      batches / wall,
      batches > 0 ? count / batches : 0.0);
  std::fflush(stdout);
}

constexpr int kAccounts = 100'000;

std::string account(int number) { return "player:" + std::to_string(number); }

// One transfer as a unit of its own, acknowledged when it is on disk.
void transfer(storage::SqlStore& store, Direct& direct, LedgerTransfer wanted, Gate& gate) {
  const UnitId unit = store.next_unit();
  store.reserve(
      unit, unit, std::move(wanted), direct, [&store, &direct, &gate, unit](Result<> held) {
        if (!held) {
          store.cancel(unit, unit);
          store.abandon(unit);
          return gate.leave(false);
        }
        store.confirm(unit, unit);
        store.stage(unit, {}, direct, [&gate](const Result<>& done) { gate.leave(done.ok()); });
        store.finish(unit);
      });
}

// Gives every account money, a thousand accounts at a time.
void fund(storage::SqlStore& store, Direct& direct) {
  constexpr int kAtOnce = 1'000;
  constexpr std::int64_t kEach = 1'000'000;
  Gate gate;
  for (int first = 0; first < kAccounts; first += kAtOnce) {
    LedgerTransfer mint{.idem_key = "fund" + std::to_string(first),
                        .reason = "bench",
                        .entries = {{"mint", -kEach * kAtOnce, true}}};
    for (int i = 0; i < kAtOnce; ++i) mint.entries.push_back({account(first + i), kEach, false});
    gate.enter();
    transfer(store, direct, std::move(mint), gate);
  }
  if (gate.wait_for_all() != 0) std::fprintf(stderr, "the accounts could not be funded\n");
}

void run_transfers(storage::SqlStore& store, int count, CountingMetrics& metrics) {
  Direct direct;
  fund(store, direct);
  std::uint64_t state = 1;
  const auto draw = [&state](int below) {  // a linear congruential generator, MMIX's constants
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<int>((state >> 33U) % static_cast<std::uint64_t>(below));
  };
  const auto measure_between = [&](const char* name, int hot_percent) {
    measure(name, count, metrics, [&](int i, Gate& gate) {
      const int from = draw(kAccounts);
      const int to = draw(100) < hot_percent ? draw(10) : draw(kAccounts);
      transfer(
          store,
          direct,
          {.idem_key = name + std::to_string(i),
           .reason = "bench",
           .entries = {{account(from), -1, false}, {account(to == from ? to + 1 : to), 1, false}}},
          gate);
    });
  };
  measure_between("transfers between 100,000 accounts", 0);
  measure_between("transfers, nine of ten to 10 accounts", 90);
}

void run(storage::SqlStore& store, int count, CountingMetrics& metrics) {
  Direct direct;
  const Uuid user = Uuid::make_random();
  const std::string value =
      R"({"level":12,"items":["sword","shield","bread"],"note":")" + std::string(200, 'x') + "\"}";
  measure("new device accounts", count, metrics, [&](int i, Gate& gate) {
    const std::string name = Uuid::make_random().text();
    store.create_account({.identity = {IdentityKind::device, "device-" + name},
                          .username = "user" + std::to_string(i),
                          .password_hash = "",
                          .now_s = 1},
                         direct,
                         [&gate](const Result<FoundAccount>& done) { gate.leave(done.ok()); });
  });
  const auto write = [&](const std::string& key, int i, Gate& gate) {
    store.write_objects(
        {{{"saves", key, user}, value + std::to_string(i), "", 1, 1}},
        {user, false},
        i,
        direct,
        [&gate](const Result<std::vector<ObjectAck>>& done) { gate.leave(done.ok()); });
  };
  measure("new storage objects", count, metrics, [&](int i, Gate& gate) {
    write("key" + std::to_string(i), i, gate);
  });
  measure("storage objects rewritten, 1,000 keys", count, metrics, [&](int i, Gate& gate) {
    write("key" + std::to_string(i % 1'000), i, gate);
  });
  measure("durable units, 2 KB of state, 10,000 entities", count, metrics, [&](int i, Gate& gate) {
    Writes writes;
    writes.entities.push_back({.id = {"character", std::to_string(i % 10'000)},
                               .schema = 1,
                               .module_version = "1.0.0",
                               .state = std::string(2'000, static_cast<char>('a' + i % 26)),
                               .host_state = ""});
    const UnitId unit = store.next_unit();
    store.stage(
        unit, std::move(writes), direct, [&gate](const Result<>& done) { gate.leave(done.ok()); });
    store.finish(unit);
  });
}

}  // namespace

int main(int argc, char** argv) {
  const std::string place = argc > 1 ? argv[1] : "";
  const bool is_url = postgres::is_postgres_url(place);
  const std::filesystem::path directory =
      argc > 1
          ? std::filesystem::path(is_url ? "" : place)
          : std::filesystem::temp_directory_path() / ("serai-bench-" + std::to_string(::getpid()));
  const int count = argc > 2 ? std::atoi(argv[2]) : 100'000;
  SystemClock clock;
  CountingMetrics metrics;
  storage::StoreOptions options;
  options.data_dir = directory.string();
  options.clock = &clock;
  options.metrics = &metrics;
  options.waiting = {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX};
  std::unique_ptr<storage::Database> database;
  if (is_url) {
    database =
        std::make_unique<postgres::PostgresDatabase>(postgres::PostgresOptions{place, {}, {}});
  }
  auto store = storage::SqlStore::open(std::move(options), std::move(database));
  if (!store) {
    std::fprintf(stderr, "%s\n", store.error().detail.c_str());
    return 1;
  }
  run_transfers(**store, count, metrics);
  run(**store, count, metrics);
  store->reset();
  if (argc <= 1) std::filesystem::remove_all(directory);
  return 0;
}
