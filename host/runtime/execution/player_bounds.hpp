// PlayerBounds: what a run, an entity or a player may not go beyond, and the refusals that say so.
//
// Thread  the shard's.
// Owner   ShardRuntime.
#pragma once

#include <cstdint>

#include "base/uuid.hpp"
#include "ports/entity_store.hpp"
#include "runtime/execution/run.hpp"
#include "runtime/mailbox/input.hpp"
#include "runtime/shard/refusals.hpp"
#include "serai/abi.h"

namespace serai::runtime {

struct Entity;
struct ShardParts;
struct ShardServices;

class PlayerBounds {
 public:
  PlayerBounds(ShardServices& services, ShardParts& parts) : services_(services), parts_(parts) {}

  bool refuse_over_quota(Input& input);
  bool refuse_unwritable(const Entity& entity, Input& input);
  bool refuse_new_entity(const Entity& entity, Input& input);
  bool keeps_bounds(Run& run);
  serai_status check_state(const Entity& entity, Run& run, std::size_t bytes);
  void charge_writes(const Uuid& player, const Writes& writes);
  // A call of the host table would go beyond a bound: counted, and the run says so if it fails.
  serai_status refuse(Run& run, Bound bound, std::uint64_t max);

 private:
  ShardServices& services_;
  ShardParts& parts_;
};

}  // namespace serai::runtime
