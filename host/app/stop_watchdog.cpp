#include "app/stop_watchdog.hpp"

#include <utility>

#include "base/host_thread.hpp"

namespace serai::app {

void StopWatchdog::start(std::chrono::milliseconds patience, std::function<void()> force) {
  thread_ = std::thread([this, patience, force = std::move(force)] {
    const HostThread named("stop-watchdog");
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, patience, [this] { return end_is_reached_; })) force();
  });
}

StopWatchdog::~StopWatchdog() {
  {
    const std::lock_guard lock(mutex_);
    end_is_reached_ = true;
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

}  // namespace serai::app
