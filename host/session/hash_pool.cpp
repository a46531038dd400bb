#include "session/hash_pool.hpp"

#include <algorithm>

#include "base/host_thread.hpp"

namespace serai::session {

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

void HashPool::run(const std::string& address, HashWork work) {
  HashWork refused;
  {
    const std::lock_guard lock(mutex_);
    if (waiting_ >= waiting_max_) refused = make_place(address);
    if (waiting_ < waiting_max_) {
      lanes_[address].push_back(std::move(work));
      ++waiting_;
    } else {
      refused = std::move(work);
    }
  }
  changed_.notify_one();
  if (refused) refused(HashTurn::refused);
}

// Frees a place in the full queue: removes the newest work of the address with the most work, and
// returns it. Returns nothing when that address would be left with less work than `address` would
// then have.
HashWork HashPool::make_place(const std::string& address) {
  const auto most = std::max_element(lanes_.begin(), lanes_.end(), [](auto& a, auto& b) {
    return a.second.size() < b.second.size();
  });
  const auto own = lanes_.find(address);
  const std::size_t held = own == lanes_.end() ? 0 : own->second.size();
  if (most == lanes_.end() || most->second.size() <= held + 1) return {};
  HashWork newest = std::move(most->second.back());
  most->second.pop_back();  // at least one is left
  --waiting_;
  return newest;
}

// Removes and returns the oldest work of the next address. The addresses take turns in byte order.
HashWork HashPool::take_next() {
  auto lane = lanes_.upper_bound(served_last_);
  if (lane == lanes_.end()) lane = lanes_.begin();
  HashWork work = std::move(lane->second.front());
  lane->second.pop_front();
  --waiting_;
  served_last_ = lane->first;
  if (lane->second.empty()) lanes_.erase(lane);
  return work;
}

void HashPool::serve() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || waiting_ > 0; });
    if (stopping_) return;
    HashWork work = take_next();
    lock.unlock();
    work(HashTurn::now);
    work = nullptr;  // destroys the captured values while the mutex is unlocked
    lock.lock();
  }
}

}  // namespace serai::session
