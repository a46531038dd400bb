// Undo: restores an entity after a failed handler, from its last snapshot and the messages that it
// has handled since (InputLog).
//
// Thread  the shard's.
// Owner   ShardRuntime.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "runtime/execution/run.hpp"
#include "serai/abi.h"

namespace serai::runtime {

struct Entity;
struct ShardParts;
struct ShardServices;

class Undo {
 public:
  Undo(ShardServices& services, ShardParts& parts) : services_(services), parts_(parts) {}

  // Adds a successful run to the recording of its match; a run that cannot be repeated ends the
  // recording. Call before remember().
  static void record(const Entity& entity, const Run& run);
  // Adds a successful run to the state that restore() returns to: by an entry in the log, or by a
  // new snapshot. SERAI_INTERNAL: the module cannot export the new state. SERAI_RESOURCE_EXHAUSTED:
  // the state is too large. The run then has the error text, and the caller undoes it.
  serai_status remember(Entity& entity, Run& run, bool durable);
  // Exports the present state as the new snapshot. False: the module cannot export it, which is
  // logged; snapshot and log stay as they are.
  bool take_snapshot(Entity& entity);
  // Makes `bytes` the new snapshot and clears the log. They must be the present state.
  void set_snapshot(Entity& entity, std::uint32_t schema, std::string bytes);
  // Replaces the state by the one before the failed handler. After an error the caller must evict
  // the entity. Errors: the import's; internal: a message of the log did not succeed again.
  Result<> restore(Entity& entity);

 private:
  Result<std::string> checkpoint(const Entity& entity);
  Result<> replay(Entity& entity);

  ShardServices& services_;
  ShardParts& parts_;
};

}  // namespace serai::runtime
