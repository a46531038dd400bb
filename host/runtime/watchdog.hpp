// Watchdog: logs each call into a module that blocks a shard, with the stack of the shard's thread.
// It also logs threads that modules have started and that use the host. It stops neither the call
// nor the thread.
//
// Units   a call is logged when it takes longer than ten times its budget, and longer than 1 s.
// Thread  start(), stop(): the main thread. stuck_shards(): any. It checks on a thread of its own,
//         every 100 ms.
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
  // Ends the thread, which reads the shards: call it before they are destroyed. A second call does
  // nothing.
  void stop();
  // The number of shards that have been in one call into a module for longer than this.
  std::uint32_t stuck_shards(std::int64_t over_ms) const;

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
