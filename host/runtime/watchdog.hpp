// Watchdog: logs what keeps a shard from turning, and its place in the code; other shards go on. It
// also logs threads of modules that use the host.
//
// Thread  start(), stop(): the main thread. stuck_shards(): any. It watches on its own thread.
// Owner   borrows its parts, which outlive its thread.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <set>
#include <thread>
#include <vector>

#include "runtime/routing/generations.hpp"
#include "runtime/shard/environment.hpp"
#include "runtime/shard_runtime.hpp"

namespace serai::runtime {

class Watchdog {
 public:
  Watchdog(const Environment& env,
           const ShardRuntime::Peers& shards,
           const Generations& generations)
      : env_(env), shards_(shards), generations_(generations) {}
  ~Watchdog() { stop(); }
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  void start();
  void stop();  // ends its thread, which reads the shards; a second call does nothing
  std::uint32_t stuck_shards(std::int64_t over_ms) const;  // loops not seen turning for so long

 private:
  void run();
  void report_stuck(std::size_t shard, std::int64_t for_us);
  void report_foreign_thread();
  GenerationFigures figures_at(const void* address) const;

  const Environment& env_;
  const ShardRuntime::Peers& shards_;
  const Generations& generations_;
  std::set<pid_t> reported_threads_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace serai::runtime
