// Shard: one thread with its own event loop, entities and sessions. Nothing inside is shared.
//
// Thread  post(): any. Everything else: the shard's own thread, asserted.
// Owner   the host owns the shards; work that was posted to one and not run is destroyed with it.
// Time    timers follow the Clock: a simulation moves it and calls run_ready().
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "base/clock.hpp"
#include "base/executor.hpp"

namespace boost::asio {
class io_context;
}

namespace serai::runtime {

using TimerId = std::uint64_t;

class Shard final : public Executor {
 public:
  Shard(std::uint32_t index, const Clock& clock);
  ~Shard() override;
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  std::uint32_t index() const { return index_; }
  const Clock& clock() const { return clock_; }
  boost::asio::io_context& io();  // for sockets of this shard

  // Runs `work` on this shard, after everything posted before it by the same thread. A post from
  // another shard is sent at the end of that shard's turn, or earlier.
  void post(Work work) override;

  // Runs `work` once, not before `delay_ms` from now. Cancelling an id that has run is harmless.
  TimerId after(std::int64_t delay_ms, Work work);
  void cancel(TimerId id);

  // Runs `work` at the end of this turn of the loop, for flushes and batches. It may defer again.
  void defer(Work work);

  void run();  // until stop(); the calling thread becomes the shard's
  pid_t thread_id() const { return thread_id_; }  // any thread; 0 before run()
  void stop();                                    // any thread
  bool run_ready();  // simulations: runs all that is due now; true if anything ran
  // Simulations: when the next timer is due, on the clock's steady_us(); none: no timer is set.
  std::optional<std::int64_t> next_due_us() const;

  bool is_current() const { return current() == this; }
  static Shard* current();  // the shard of the calling thread, or null

 private:
  struct Loop;
  std::uint32_t index_;
  const Clock& clock_;
  std::atomic<pid_t> thread_id_{0};
  std::unique_ptr<Loop> loop_;
};

// The shards of a host, fixed for its life.
class Shards {
 public:
  virtual ~Shards() = default;
  virtual std::uint32_t count() const = 0;
  virtual Shard& at(std::uint32_t index) = 0;
};

}  // namespace serai::runtime
