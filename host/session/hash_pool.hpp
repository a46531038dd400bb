// HashPool: a few threads for password hashing, which must never block a shard.
//
// Errors  reserve() says no when as much waits as may; the caller refuses its client.
// Thread  reserve(), run(): any.
// Owner   work moves in; work not yet begun at the end is destroyed uncalled.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "base/executor.hpp"

namespace serai {

class HashPool {
 public:
  HashPool(std::uint32_t threads, std::size_t waiting_max);
  ~HashPool();
  HashPool(const HashPool&) = delete;
  HashPool& operator=(const HashPool&) = delete;

  bool reserve();       // true: a place is kept for one run()
  void run(Work work);  // after reserve(); on a thread of the pool

 private:
  void serve();

  const std::size_t waiting_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Work> waiting_;  // guarded by mutex_
  std::size_t reserved_ = 0;  // guarded by mutex_; places taken, running work not counted
  bool stopping_ = false;     // guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace serai
