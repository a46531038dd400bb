// PlayerBounds: checks the limits of one run, entity or player, and refuses what exceeds one.
//
// Errors  resource_exhausted with the limit's name; the refusal is counted under it. A refuse_...()
//         function returns true when it has refused the message and answered it.
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

  // Refuses a client's message when its player has used up a quota.
  bool refuse_over_quota(Input& input);
  // Refuses a client's message for a durable handler while the store has too many waiting writes.
  bool refuse_unwritable(const Entity& entity, Input& input);
  // Refuses a message that would open an entity when its player has opened too many. A message that
  // is delivered exactly once is not answered then, but delivered again later.
  bool refuse_new_entity(const Entity& entity, Input& input);
  // False when the reply of a successful handler is too long; the run then has the refusal.
  bool keeps_bounds(Run& run);
  // SERAI_OK when the entity's exported state may have this size; else the run has the refusal.
  serai_status check_state(const Entity& entity, Run& run, std::size_t bytes);
  // Adds the bytes of these writes to the player's quotas.
  void charge_writes(const Uuid& player, const Writes& writes);
  // Refuses a request of the handler that would exceed a limit. If the handler fails with the
  // status that is returned, the refusal is its error text.
  serai_status refuse(Run& run, Bound bound, std::uint64_t max);

 private:
  ShardServices& services_;
  ShardParts& parts_;
};

}  // namespace serai::runtime
