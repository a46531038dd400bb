// erase_entity: erases an entity from memory and from the store, as if a handler had closed it.
//
// An entity with a handler or a load under way is tried again until `until_us` of the steady clock.
// Messages that come meanwhile find no entity.
//
// Errors  unavailable: the entity was busy all the time, or the store has failed.
// Thread  the shard of the entity; `done` is called there.
// Owner   borrows the parts, which live as long as the shard.
#pragma once

#include <cstdint>

#include "model/entity_id.hpp"
#include "ports/game.hpp"

namespace serai::runtime {

struct ShardParts;

void erase_entity(ShardParts& parts,
                  const EntityId& id,
                  std::int64_t until_us,
                  Callback<Unit> done);

}  // namespace serai::runtime
