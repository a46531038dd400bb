// HashPool: a few threads that hash passwords, because a hash must never block a shard. Addresses
// take turns in the queue, so a flood from one address delays any other address by one hash at
// most.
//
// Errors  when the queue is full, the newest work of the address with the most work is refused, or
//         else the new work. Refused work is called with HashTurn::refused.
// Thread  run(): any. Construction and destruction: one thread.
// Owner   SessionLayer. run() takes the work. Work that has not begun when the pool is destroyed is
//         destroyed without a call.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/unique_function.hpp"

namespace serai::session {

enum class HashTurn : std::uint8_t { now, refused };
// Called at most once. now: on a thread of the pool. refused: on a thread that is inside run(),
// which need not be the thread that added this work.
using HashWork = UniqueFunction<void(HashTurn)>;

class HashPool {
 public:
  // `waiting_max`: the largest number of queued works, over all addresses.
  HashPool(std::uint32_t threads, std::size_t waiting_max);
  ~HashPool();
  HashPool(const HashPool&) = delete;
  HashPool& operator=(const HashPool&) = delete;

  void run(const std::string& address, HashWork work);

 private:
  // Queued work by address. An address without work has no entry.
  using Lanes = std::map<std::string, std::deque<HashWork>>;

  void serve();
  HashWork take_next();
  HashWork make_place(const std::string& address);

  const std::size_t waiting_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Lanes lanes_;              // guarded by mutex_
  std::string served_last_;  // guarded by mutex_; an address
  std::size_t waiting_ = 0;  // guarded by mutex_; queued works of all addresses
  bool stopping_ = false;    // guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace serai::session
