// Waits: what runs wait for. A run goes on with each answer, at the latest at its deadline.
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

  std::uint64_t add_wait(Run& run, std::uint64_t token, std::uint32_t deadline_ms);
  void drop_waits(Run& run);
  void complete(std::uint64_t run_id, std::uint64_t sequence, Errc code, std::string payload);
  void keep(Run& run) { waiting_[run.id] = &run; }
  void forget(const Run& run) { waiting_.erase(run.id); }
  const Run* first() const { return waiting_.empty() ? nullptr : waiting_.begin()->second; }

 private:
  ShardServices& services_;
  ShardParts& parts_;
  std::unordered_map<std::uint64_t, Run*> waiting_;  // runs by id, while they wait
  std::uint64_t next_sequence_ = 1;
};

}  // namespace serai::runtime
