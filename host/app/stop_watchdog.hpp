// StopWatchdog: ends the process when its orderly shutdown hangs.
//
// A shard that hangs runs no posts, so the main thread hangs when it waits for that shard. The
// watchdog's thread waits for nothing else, so it can still act.
//
// Thread  start(), once, and the destructor: the main thread. `force` runs on the watchdog's
//         thread.
// Owner   owns its thread. Declare the watchdog before the objects whose destructors it watches.
//         Its own destructor then runs after theirs, marks the end as reached, and joins the
//         thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace serai::app {

class StopWatchdog {
 public:
  StopWatchdog() = default;
  ~StopWatchdog();
  StopWatchdog(const StopWatchdog&) = delete;
  StopWatchdog& operator=(const StopWatchdog&) = delete;

  // Calls `force` when the end has not been reached within `patience`.
  void start(std::chrono::milliseconds patience, std::function<void()> force);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool end_is_reached_ = false;  // GUARDED_BY(mutex_)
  std::thread thread_;
};

}  // namespace serai::app
