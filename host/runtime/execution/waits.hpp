// Waits: the waits of all runs on the shard. A run is resumed with each answer, or at the wait's
// deadline without one.
//
// Thread  the shard's.
// Owner   ShardRuntime.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "base/result.hpp"
#include "runtime/execution/run.hpp"

namespace serai::runtime {

struct ShardParts;
struct ShardServices;

class Waits {
 public:
  Waits(ShardServices& services, ShardParts& parts) : services_(services), parts_(parts) {}

  // Returns the number by which complete() finds the wait. `deadline_ms` 0: no deadline.
  std::uint64_t add_wait(Run& run, std::uint64_t token, std::uint32_t deadline_ms);
  // Ends all waits of a run. Answers that come later find none and are dropped.
  void drop_waits(Run& run);
  // Resumes the run with the result of one wait. Does nothing when the run or the wait has ended.
  void complete(std::uint64_t run_id, std::uint64_t sequence, Errc code, std::string payload);
  // complete() finds a run between keep() and forget(). Others own it.
  void keep(Run& run) { waiting_[run.id] = &run; }
  void forget(const Run& run) { waiting_.erase(run.id); }
  // Any run that waits; null: none.
  const Run* first() const { return waiting_.empty() ? nullptr : waiting_.begin()->second; }

 private:
  ShardServices& services_;
  ShardParts& parts_;
  std::unordered_map<std::uint64_t, Run*> waiting_;  // runs by id, while they wait
  std::uint64_t next_sequence_ = 1;
};

}  // namespace serai::runtime
