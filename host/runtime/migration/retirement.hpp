// Retirement: reports when this shard uses none of the generations that are to be closed: no entity
// is theirs, and no run is in them.
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

  // Calls `unused` when this shard uses none of them; soon, if that is so already.
  void await(std::vector<const LoadedGeneration*> former, Work unused);
  // A run has ended, or an entity is no longer the generation's that it was.
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
