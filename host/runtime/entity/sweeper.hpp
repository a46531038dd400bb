// Sweeper: once a second, refuses what is late and puts idle entities to sleep.
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

  void sweep_later();

 private:
  void sweep();
  bool is_idle(const Entity& entity) const;
  void passivate_idle(TableWalk walk);

  ShardServices& services_;
  ShardParts& parts_;
};

}  // namespace serai::runtime
