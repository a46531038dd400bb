// bench_swap: measures a swap under load from inside the process. Prints one line of JSON.
//
//   bench_swap RELEASES [--entities N] [--bytes N] [--rate N] [--to NAME] [--shards N]
//
// The folder RELEASES has v1.0.0, `current` pointing at it, and the release to swap to. The swap is
// requested after six seconds of steady load. The messages to all entities have planned times at
// equal distances. Their latency counts from the planned time, so that a pause affects all messages
// that were due in it. Every answer has the entity's number of hits, which must be one more than in
// the answer before: so no message is lost, doubled or out of order. At the end every entity sums
// up its items.
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <latch>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "app/shard_threads.hpp"
#include "runtime/runtime.hpp"
#include "storage/sql_store.hpp"
#include "swap/swap_engine.hpp"

using namespace serai;

namespace {

struct Wish {
  std::filesystem::path releases;
  std::string to = "v2.0.0";
  std::uint32_t entities = 10'000;
  std::uint32_t bytes = 2'000;
  std::uint32_t rate = 100'000;  // messages a second, in all
  std::uint32_t shards = 2;
};

constexpr std::uint32_t kItemBytes = 20;
// The load before the swap. New entities are written in its first half, so only the second counts.
constexpr std::int64_t kBeforeUs = 6'000'000;
constexpr std::int64_t kAfterUs = 2'000'000;  // the load after the commit

[[noreturn]] void die(const std::string& reason) {
  std::fprintf(stderr, "bench_swap: %s\n", reason.c_str());
  std::exit(1);
}

struct NoStreams final : Streams {
  bool join(const StreamId&, const Presence&) override { return true; }
  bool leave(const StreamId&, const Uuid&, LeaveReason) override { return true; }
  void close(const StreamId&) override {}
  std::vector<Presence> members(const StreamId&) const override { return {}; }
  std::uint32_t size(const StreamId&) const override { return 0; }
  std::uint32_t send_match_data(const StreamId&,
                                const MatchData&,
                                std::optional<std::span<const Uuid>>) override {
    return 0;
  }
  void refuse_match_data(const SocketAddress&, const Error&) override {}
  void notify(const Notification&) override {}
  void disconnect(const Uuid&, std::string_view) override {}
};

struct NoConfig final : runtime::ModuleConfig {
  std::optional<std::string> get(std::string_view, std::string_view) const override {
    return std::nullopt;
  }
};

// Stores the latest report of the swap.
class LatestReport final : public swap::SwapObserver {
 public:
  void on_swap(const swap::SwapReport& report) override {
    const std::lock_guard lock(mutex_);
    if (report.outcome != swap::SwapOutcome::unchanged) report_ = report;
  }
  swap::SwapReport report() const {
    const std::lock_guard lock(mutex_);
    return report_;
  }

 private:
  mutable std::mutex mutex_;
  swap::SwapReport report_;
};

struct Sample {
  std::int64_t planned_us;
  std::int64_t latency_us;
};

std::int64_t number_after(std::string_view json, std::string_view name) {
  const std::size_t at = json.find(name);
  if (at == std::string_view::npos) return 0;
  const std::size_t digits = json.find_first_of("0123456789", at + name.size());
  return std::strtoll(std::string(json.substr(digits)).c_str(), nullptr, 10);
}

// Sends the messages for one shard's part of the entities, on that shard.
class Driver {
 public:
  Driver(runtime::Runtime& runtime, runtime::Shard& shard, const Clock& clock, const Wish& wish)
      : runtime_(runtime), shard_(shard), clock_(clock), wish_(wish) {
    for (std::uint32_t i = shard.index(); i < wish.entities; i += wish.shards) {
      users_.push_back(Uuid::make_named("cell " + std::to_string(i)));
    }
    hits_.resize(users_.size());
    samples_.reserve(std::size_t{wish.rate} * 30 / wish.shards);
  }

  void fill() {
    const std::string payload =
        R"({"items":)" + std::to_string(std::max(1U, wish_.bytes / kItemBytes)) + "}";
    for (std::size_t i = 0; i < users_.size(); ++i) {
      ask(i, "bench_fill", payload, [](const std::string&) {});
    }
  }
  void begin(std::int64_t start_us) {
    start_us_ = start_us;
    running_ = true;
    beat();
  }
  void stop() { running_ = false; }
  void sum_up() {
    for (std::size_t i = 0; i < users_.size(); ++i) {
      ask(i, "bench_sum", "", [this, i](const std::string& answer) {
        if (number_after(answer, "\"sum\"") != hits_[i]) ++wrong_;
      });
    }
  }

  std::atomic<std::int64_t> asked{0};
  std::atomic<std::int64_t> answered{0};
  std::int64_t wrong() const { return wrong_; }
  const std::vector<Sample>& samples() const { return samples_; }

 private:
  template <class Then>
  void ask(std::size_t i, const char* rpc, std::string payload, Then then) {
    ++asked;
    RpcRequest request{rpc, std::move(payload), {users_[i], "bench", {}}, {}};
    runtime_.rpc(std::move(request), [this, then](RpcAnswer answer) {
      if (!answer.payload) {
        ++wrong_;
        std::fprintf(stderr, "refused: %s\n", answer.payload.error().detail.c_str());
      } else {
        then(*answer.payload);
      }
      if (++answered == asked) answered.notify_one();
    });
  }

  // Sends all messages that are due. So a shard that was delayed catches up.
  void beat() {
    if (!running_) return;
    const std::int64_t now = clock_.steady_us();
    for (; planned(sent_) <= now; ++sent_) hit(sent_ % users_.size(), planned(sent_));
    shard_.after(1, [this] { beat(); });
  }
  std::int64_t planned(std::uint64_t message) const {
    return start_us_ + static_cast<std::int64_t>(message * 1'000'000 * wish_.shards / wish_.rate);
  }
  void hit(std::size_t i, std::int64_t planned_us) {
    ask(i, "bench_hit", R"({"item":7})", [this, i, planned_us](const std::string& answer) {
      if (number_after(answer, "\"hits\"") != ++hits_[i]) ++wrong_;
      samples_.push_back({planned_us, clock_.steady_us() - planned_us});
    });
  }

  runtime::Runtime& runtime_;
  runtime::Shard& shard_;
  const Clock& clock_;
  const Wish& wish_;
  std::vector<Uuid> users_;
  std::vector<std::int64_t> hits_;  // the number of answers, by entity
  std::vector<Sample> samples_;
  std::int64_t start_us_ = 0;
  std::uint64_t sent_ = 0;
  std::int64_t wrong_ = 0;
  bool running_ = false;
};

using Drivers = std::vector<std::unique_ptr<Driver>>;

void await_answers(const Drivers& drivers) {
  for (const auto& driver : drivers) {
    for (std::int64_t now = driver->answered; now != driver->asked; now = driver->answered) {
      driver->answered.wait(now);
    }
  }
}

void on_all(app::ShardThreads& shards, Drivers& drivers, void (*work)(Driver&)) {
  std::latch done(static_cast<std::ptrdiff_t>(drivers.size()));
  for (std::size_t i = 0; i < drivers.size(); ++i) {
    shards.at(static_cast<std::uint32_t>(i)).post([&done, work, driver = drivers[i].get()] {
      work(*driver);
      done.count_down();
    });
  }
  done.wait();
}

std::string figures(const Drivers& drivers, std::int64_t from_us, std::int64_t to_us) {
  std::vector<std::int64_t> latencies;
  for (const auto& driver : drivers) {
    for (const Sample& sample : driver->samples()) {
      const bool inside =
          sample.planned_us + sample.latency_us >= from_us && sample.planned_us < to_us;
      if (inside) latencies.push_back(sample.latency_us);
    }
  }
  if (latencies.empty()) return R"({"messages":0})";
  std::sort(latencies.begin(), latencies.end());
  const auto at = [&](double part) {
    const double place = part * static_cast<double>(latencies.size() - 1);
    return std::to_string(static_cast<double>(latencies[static_cast<std::size_t>(place)]) / 1000);
  };
  return R"({"messages":)" + std::to_string(latencies.size()) + R"(,"p50_ms":)" + at(0.5) +
         R"(,"p99_ms":)" + at(0.99) + R"(,"max_ms":)" + at(1) + "}";
}

const swap::StageReport& stage_of(const swap::SwapReport& swap, swap::Stage stage) {
  const auto found = std::ranges::find(swap.stages, stage, &swap::StageReport::stage);
  if (found == swap.stages.end()) die("the swap had no stage " + std::string(to_string(stage)));
  return *found;
}

double cpu_us() {
  rusage use{};
  ::getrusage(RUSAGE_SELF, &use);
  return static_cast<double>(use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1e6 +
         static_cast<double>(use.ru_utime.tv_usec + use.ru_stime.tv_usec);
}

// Prints the figures. `message_us` is the CPU time per message without a swap: that of all threads,
// including the drivers and write-behind.
void report(const Wish& wish,
            const Drivers& drivers,
            const swap::SwapReport& swap,
            double message_us) {
  const swap::StageReport& rehearse = stage_of(swap, swap::Stage::rehearse);
  const swap::StageReport& commit = stage_of(swap, swap::Stage::commit);
  const std::int64_t began = swap.started_us;
  const std::int64_t commit_us = began + commit.at_us;
  std::int64_t answered = 0;
  std::int64_t wrong = 0;
  for (const auto& driver : drivers) {
    answered += driver->answered;
    wrong += driver->wrong();
  }
  std::printf(
      R"({"scenario":"swap","to":"%s","entities":%u,"state_bytes":%u,"rate":%u,"shards":%u,)"
      R"("moved":%llu,"rehearse_ms":%.1f,"commit_ms":%.1f,"held_ms":%.1f,"pause_max_us":%lld,)"
      R"("answered":%lld,"wrong":%lld,"message_us":%.2f,"before":%s,"rehearsal":%s,"commit":%s})"
      "\n",
      wish.to.c_str(),
      wish.entities,
      wish.bytes,
      wish.rate,
      wish.shards,
      static_cast<unsigned long long>(swap.moved.entities_moved),
      static_cast<double>(rehearse.took_us) / 1000,
      static_cast<double>(swap.moved.took_us) / 1000,
      static_cast<double>(swap.moved.held_us) / 1000,
      static_cast<long long>(swap.moved.pause_us_max),
      static_cast<long long>(answered),
      static_cast<long long>(wrong),
      message_us,
      figures(drivers, began - kBeforeUs / 2, began).c_str(),
      figures(drivers, began + rehearse.at_us, began + rehearse.at_us + rehearse.took_us).c_str(),
      figures(drivers, commit_us, commit_us + swap.moved.took_us).c_str());
  if (wrong != 0) die("answers were wrong");
}

void measure(const Wish& wish, const std::filesystem::path& data) {
  SystemClock clock;
  app::ShardThreads shards(wish.shards, clock);
  storage::StoreOptions store_options;
  store_options.data_dir = data;
  store_options.clock = &clock;
  auto store = storage::SqlStore::open(std::move(store_options));
  if (!store) die(store.error().detail);
  NoConfig config;
  NoStreams streams;
  LatestReport latest;
  runtime::Runtime runtime(
      runtime::Environment{shards, **store, **store, clock, config, Log(), no_metrics(), {}});
  runtime.set_streams([&](std::uint32_t) -> Streams& { return streams; });
  shards.start();

  swap::SwapOptions options;
  options.release = wish.releases / "current";
  options.data = data;
  options.probation = std::chrono::milliseconds(0);
  swap::SwapEngine engine({runtime, **store, **store, clock, Log(), no_metrics(), {&latest}},
                          options);
  if (auto started = engine.start(); !started) die(started.error().detail);
  if (auto started = runtime.start(); !started) die(started.error().detail);
  engine.serve();

  Drivers drivers;
  for (std::uint32_t i = 0; i < wish.shards; ++i) {
    drivers.push_back(std::make_unique<Driver>(runtime, shards.at(i), clock, wish));
  }
  on_all(shards, drivers, [](Driver& driver) { driver.fill(); });
  await_answers(drivers);
  on_all(shards, drivers, [](Driver& driver) { driver.begin(SystemClock().steady_us()); });
  std::this_thread::sleep_for(std::chrono::microseconds(kBeforeUs / 2));
  const double used_us = cpu_us();
  std::this_thread::sleep_for(std::chrono::microseconds(kBeforeUs / 2));
  const double message_us = (cpu_us() - used_us) * 2 * 1e6 / kBeforeUs / wish.rate;
  const auto swapped = engine.swap(wish.to);
  if (!swapped) die("the swap was refused: " + swapped.error().detail);
  std::this_thread::sleep_for(std::chrono::microseconds(kAfterUs));
  on_all(shards, drivers, [](Driver& driver) { driver.stop(); });
  await_answers(drivers);
  on_all(shards, drivers, [](Driver& driver) { driver.sum_up(); });
  await_answers(drivers);

  engine.stop();
  runtime.stop();
  shards.stop();
  report(wish, drivers, latest.report(), message_us);
  static_cast<void>((*store)->flush());
}

Wish read_wish(int count, char** words) {
  Wish wish;
  if (count < 2) die("the folder of the releases is missing");
  wish.releases = words[1];
  for (int i = 2; i + 1 < count; i += 2) {
    const std::string word = words[i];
    const auto number = static_cast<std::uint32_t>(std::strtoul(words[i + 1], nullptr, 10));
    if (word == "--entities") wish.entities = number;
    if (word == "--bytes") wish.bytes = number;
    if (word == "--rate") wish.rate = number;
    if (word == "--shards") wish.shards = number;
    if (word == "--to") wish.to = words[i + 1];
  }
  return wish;
}

}  // namespace

int main(int count, char** words) {
  if (count > 1 && std::string(words[1]) == "probe") return rehearsal::probe_main();
  const Wish wish = read_wish(count, words);
  std::string data = (std::filesystem::temp_directory_path() / "serai-bench-XXXXXX").string();
  if (::mkdtemp(data.data()) == nullptr) die("no folder for the data");
  measure(wish, data);
  std::filesystem::remove_all(data);
  return 0;
}
