// Shard: one thread with its own event loop, entities and sessions. It shares no data with other
// threads.
//
// Thread  post(), stop(), thread_id(), index(), clock(): any. Everything else: the shard's own
//         thread; defer(), after() and cancel() assert it.
// Owner   the host owns the shards. Work that was posted and has not run is destroyed with its
//         shard.
// Time    timers follow the Clock. A simulation moves the clock and calls run_ready().
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

  // Runs `work` on this shard. Work that one thread posts runs in order. A post from another shard
  // is sent at the end of that shard's turn, or earlier.
  void post(Work work) override;

  // Runs `work` once, `delay_ms` from now or later. cancel() does nothing when it has run already.
  TimerId after(std::int64_t delay_ms, Work work);
  void cancel(TimerId id);

  // Runs `work` at the end of this turn of the loop, for flushes and batches. Work that it defers
  // runs in a later turn.
  void defer(Work work);

  // Runs the loop until stop(). The calling thread becomes the shard's thread.
  void run();
  pid_t thread_id() const { return thread_id_; }  // any thread; 0 before run()
  void stop();                                    // any thread
  // For simulations: runs all work that is due now. True if there was any.
  bool run_ready();
  // For simulations: the time of the next timer on the clock's steady_us(); none: no timer is set.
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

// The shards of a host. Their number is fixed.
class Shards {
 public:
  virtual ~Shards() = default;
  virtual std::uint32_t count() const = 0;
  virtual Shard& at(std::uint32_t index) = 0;
};

}  // namespace serai::runtime
