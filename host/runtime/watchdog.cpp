#include "runtime/watchdog.hpp"

#include <algorithm>
#include <chrono>
#include <string>

#include "abi/foreign_thread.hpp"
#include "base/host_thread.hpp"
#include "base/thread_stack.hpp"

namespace serai::runtime {
namespace {

constexpr std::int64_t kStuckUsMin = 1'000'000;  // ten times the delay that a busy machine causes
constexpr auto kCheckEvery = std::chrono::milliseconds(100);

}  // namespace

void Watchdog::stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

void Watchdog::start() {
  thread_ = std::thread([this] {
    const HostThread named("watchdog");
    run();
  });
}

void Watchdog::run() {
  std::vector<std::int64_t> reported(shards_.size(), 0);
  while (!stopping_) {
    std::this_thread::sleep_for(kCheckEvery);
    report_foreign_thread();
    const std::int64_t now = env_.clock.steady_us();
    for (std::size_t i = 0; i < shards_.size(); ++i) {
      const Watch& watch = shards_[i]->watch();
      const std::int64_t entered = watch.entered_us.load(std::memory_order_acquire);
      if (entered == 0 || entered == reported[i]) continue;
      const std::int64_t budget_us = std::int64_t{watch.budget_ms} * 1000;
      if (now - entered < std::max(budget_us * 10, kStuckUsMin)) continue;
      reported[i] = entered;
      report_stuck(i, now - entered);
    }
  }
}

void Watchdog::report_stuck(std::size_t shard, std::int64_t for_us) {
  const Watch& watch = shards_[shard]->watch();
  const std::string* function = watch.function;
  const std::string called = function == nullptr ? "" : *function;
  const GenerationFigures code = generations_.figures_of(watch.generation);
  env_.metrics
      .counter("serai_handlers_stuck_total",
               "Calls into a module that exceeded one second and ten times their budget.",
               {{"module", code.module},
                {"module_version", code.version},
                {"generation", std::to_string(code.generation)},
                {"handler", called}})
      .add();
  env_.log.error("handler.stuck",
                 {{"shard", shard},
                  {"module", code.module},
                  {"module_version", code.version},
                  {"generation", code.generation},
                  {"handler", called},
                  {"for_ms", for_us / 1000},
                  {"stack", thread_stack(shards_[shard]->shard().thread_id())}});
}

// The figures of the generation whose code contains this address; empty when that code is closed
// already. The dynamic linker is called without the lock of the generations, because it blocks
// while a module hangs in its own loading.
GenerationFigures Watchdog::figures_at(const void* address) const {
  for (auto& [entry, figures] : generations_.entries()) {
    if (in_one_file(entry, address)) return std::move(figures);
  }
  return {};
}

// Reports each thread once, because a thread that uses the host in a loop would fill the log.
void Watchdog::report_foreign_thread() {
  const std::optional<abi::ForeignUse> use = abi::take_foreign_use();
  if (!use || !reported_threads_.insert(use->thread).second) return;
  const GenerationFigures code = figures_at(use->from);
  const std::string place = place_of(use->from);
  std::vector<LogField> fields{{"thread", use->thread}, {"at", place}};
  if (!code.module.empty()) {
    fields.insert(fields.end(),
                  {{"module", code.module},
                   {"module_version", code.version},
                   {"generation", code.generation}});
  }
  env_.log.write(LogLevel::error, "module.foreign_thread", fields);
}

std::uint32_t Watchdog::stuck_shards(std::int64_t over_ms) const {
  const std::int64_t now = env_.clock.steady_us();
  return static_cast<std::uint32_t>(std::ranges::count_if(shards_, [&](const auto& shard) {
    const std::int64_t entered = shard->watch().entered_us.load(std::memory_order_acquire);
    return entered != 0 && now - entered > over_ms * 1000;
  }));
}

}  // namespace serai::runtime
