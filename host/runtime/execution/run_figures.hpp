// RunFigures: how long handlers took, whose calls they were, and what that costs the caller.
//
// Thread  the shard's.
// Owner   ShardRuntime.
#pragma once

#include <cstdint>

#include "runtime/execution/run.hpp"
#include "runtime/routing/caller_cell.hpp"
#include "serai/abi.h"

namespace serai::runtime {

struct Entity;
struct ShardServices;

class RunFigures {
 public:
  explicit RunFigures(ShardServices& services) : services_(services) {}

  CallerCell& cell_of(const Run& run) const;
  void count_outcome(const Run& run, serai_status status);
  void count(const Run& run, std::int64_t began_us);

 private:
  ShardServices& services_;
};

}  // namespace serai::runtime
