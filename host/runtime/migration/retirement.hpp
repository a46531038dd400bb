// Retirement: reports that no entity and no run of this shard uses certain generations any more, so
// that their code can be closed.
//
// Thread  the shard's.
// Owner   ShardRuntime. It borrows the generations until `unused` is called.
#pragma once

#include <vector>

#include "base/executor.hpp"
#include "runtime/routing/loaded_generation.hpp"

namespace serai::runtime {

struct ShardServices;

class Retirement {
 public:
  explicit Retirement(ShardServices& services) : services_(services) {}

  // Calls `unused` once, in the first later turn in which this shard uses none of them. One await()
  // at a time.
  void await(std::vector<const LoadedGeneration*> former, Work unused);
  // Called when a run has ended, or an entity has left its generation.
  void note_dropped() {
    if (unused_) check_later();
  }

 private:
  void check_later();
  void check();

  ShardServices& services_;
  std::vector<const LoadedGeneration*> former_;
  Work unused_;  // empty: no await() is under way
  bool checks_soon_ = false;
};

}  // namespace serai::runtime
