// Retirement: reports when this shard has no entity and no run of the generations that are to be
// closed.
//
// Thread  the shard's.
// Owner   ShardRuntime. The generations outlive the report.
#pragma once

#include <vector>

#include "base/executor.hpp"
#include "runtime/routing/loaded_generation.hpp"

namespace serai::runtime {

struct ShardServices;

class Retirement {
 public:
  explicit Retirement(ShardServices& services) : services_(services) {}

  // Calls `unused` when this shard uses none of them, in a later turn at the earliest.
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
  Work unused_;  // none: nobody waits
  bool checks_soon_ = false;
};

}  // namespace serai::runtime
