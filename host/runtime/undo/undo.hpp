// Undo: restores an entity after a failed handler, from its last snapshot and the messages handled
// since.
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

  static void record(const Entity& entity, const Run& run);
  serai_status remember(Entity& entity, Run& run, bool durable);
  bool take_snapshot(Entity& entity);
  void set_snapshot(Entity& entity, std::uint32_t schema, std::string bytes);
  Result<> restore(Entity& entity);

 private:
  Result<std::string> checkpoint(const Entity& entity);
  Result<> replay(Entity& entity);

  ShardServices& services_;
  ShardParts& parts_;
};

}  // namespace serai::runtime
