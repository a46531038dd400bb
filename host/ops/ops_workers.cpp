#include "ops/ops_workers.hpp"

#include "base/host_thread.hpp"

namespace serai::ops {

OpsWorkers::OpsWorkers(const char* name, std::size_t threads, std::size_t waiting_max)
    : waiting_max_(waiting_max) {
  for (std::size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this, name] {
      const HostThread named(name);
      run();
    });
  }
}

bool OpsWorkers::post(Job job) {
  const std::lock_guard lock(mutex_);
  if (stopping_ || waiting_.size() >= waiting_max_) return false;
  waiting_.push_back(std::move(job));
  changed_.notify_one();
  return true;
}

void OpsWorkers::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    waiting_.clear();
    changed_.notify_all();
  }
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void OpsWorkers::run() {
  for (;;) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (stopping_) return;
      job = std::move(waiting_.front());
      waiting_.pop_front();
    }
    job();
  }
}

}  // namespace serai::ops
