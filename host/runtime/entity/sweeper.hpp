// Sweeper: once a second, refuses RPCs and joins whose deadline has passed, and removes idle
// entities from memory (passivation).
//
// Thread  the shard's.
// Owner   ShardRuntime.
#pragma once

#include "runtime/entity/entity_table.hpp"

namespace serai::runtime {

struct ShardParts;
struct ShardServices;

class Sweeper {
 public:
  Sweeper(ShardServices& services, ShardParts& parts) : services_(services), parts_(parts) {}

  // Schedules the next sweep. Call once; after that it repeats itself.
  void sweep_later();

 private:
  void sweep();
  bool is_idle(const Entity& entity) const;
  void passivate_idle(TableWalk walk);

  ShardServices& services_;
  ShardParts& parts_;
};

}  // namespace serai::runtime
