// RunFigures: counts runs, their time in the handler and their results, per generation and caller,
// and charges the time to the player's quota.
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
  // Counts the end of a run: as success, as refusal by the game's rules, or as failure.
  void count_outcome(const Run& run, serai_status status);
  // Counts one stretch of a run in module code, from `began_us` on the steady clock until now. Logs
  // "handler.overran" when it took longer than the handler's budget.
  void count(const Run& run, std::int64_t began_us);

 private:
  ShardServices& services_;
};

}  // namespace serai::runtime
