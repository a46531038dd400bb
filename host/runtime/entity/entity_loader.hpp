// EntityLoader: opens stored entities and new ones, and removes entities from memory.
//
// An entity is opened by the first message for it, or by wake() if it may have timers or ticks. If
// it cannot be opened, its messages are refused, and the stored entity is not changed.
//
// Errors  of refused messages: unavailable (the store), data_loss (the state cannot be read),
//         unimplemented (no module has the kind), internal (the module cannot create the entity).
// Thread  the shard's.
// Owner   ShardRuntime.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "model/entity_id.hpp"
#include "ports/entity_store.hpp"

namespace serai::runtime {

struct Entity;
struct ShardParts;
struct ShardServices;

class EntityLoader {
 public:
  EntityLoader(ShardServices& services, ShardParts& parts) : services_(services), parts_(parts) {}

  // Opens stored entities without a message. Failures of the store are tried again.
  void wake(const std::vector<EntityId>& ids);
  void wake_later(const EntityId& id);  // a second later
  // Opens the entity with the answer of the store. None: nothing is stored under the id.
  void on_loaded(const EntityId& id, Result<std::optional<StoredEntity>> stored);
  // Opens an entity that is not stored.
  void open_fresh(Entity& entity);
  // Whether the entity could be opened with this stored state. Opens nothing.
  Result<> check(StoredEntity stored) const;
  // Removes the entity from memory, and destroys it. `redeliver`: messages in its mailbox are
  // delivered again; otherwise they are refused (unavailable).
  void remove(Entity& entity, bool redeliver);

 private:
  void open_from_stored(Entity& entity, StoredEntity stored);
  void refuse_all(Entity& entity, Errc code, const std::string& text);
  void refuse_until_creator(Entity& entity);
  void become_ready(Entity& entity);

  ShardServices& services_;
  ShardParts& parts_;
};

}  // namespace serai::runtime
