// HashPool: a few threads for password hashing, which must never block a shard. Addresses take
// turns in the queue before them, so a flood from one address delays nobody else by more than one
// hash.
//
// Errors  in a full queue the address with most work loses its newest piece; work for which there
//         is no place is called with HashTurn::refused.
// Thread  run(): any.
// Owner   work is moved in; work not begun when the pool ends is destroyed without being called.
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
// Called once. now: on a thread of the pool. refused: on a thread that is in run() at that moment,
// its own or another call's.
using HashWork = UniqueFunction<void(HashTurn)>;

class HashPool {
 public:
  HashPool(std::uint32_t threads, std::size_t waiting_max);
  ~HashPool();
  HashPool(const HashPool&) = delete;
  HashPool& operator=(const HashPool&) = delete;

  void run(const std::string& address, HashWork work);

 private:
  // The waiting work by address. An address without work has no entry.
  using Lanes = std::map<std::string, std::deque<HashWork>>;

  void serve();
  HashWork take_next();
  HashWork make_place(const std::string& address);

  const std::size_t waiting_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Lanes lanes_;              // guarded by mutex_
  std::string served_last_;  // guarded by mutex_; the address
  std::size_t waiting_ = 0;  // guarded by mutex_; in all lanes
  bool stopping_ = false;    // guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace serai::session
