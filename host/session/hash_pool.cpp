#include "session/hash_pool.hpp"

#include "base/host_thread.hpp"

namespace serai {

HashPool::HashPool(std::uint32_t threads, std::size_t waiting_max) : waiting_max_(waiting_max) {
  threads_.reserve(threads);
  for (std::uint32_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this] {
      const HostThread named("hash");
      serve();
    });
  }
}

HashPool::~HashPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool HashPool::reserve() {
  const std::lock_guard lock(mutex_);
  if (reserved_ >= waiting_max_) return false;
  ++reserved_;
  return true;
}

void HashPool::run(Work work) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(work));
  }
  changed_.notify_one();
}

void HashPool::serve() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    Work work = std::move(waiting_.front());
    waiting_.pop_front();
    --reserved_;
    lock.unlock();
    work();
    work = nullptr;  // what it captured is destroyed outside the lock
    lock.lock();
  }
}

}  // namespace serai
