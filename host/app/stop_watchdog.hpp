// StopWatchdog: ends the process when its orderly end hangs.
//
// A shard that hangs runs no posts, so whatever waits for it on the main thread hangs too. This
// thread waits for nothing else.
//
// Thread  start(), once, and the destructor: the main thread. `force` runs on a thread of its own.
// Owner   owns that thread. Declare it before what it watches: its destructor marks the end as
//         reached, and joins.
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
  bool end_is_reached_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace serai::app
