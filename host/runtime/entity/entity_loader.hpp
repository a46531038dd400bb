// EntityLoader: opens stored entities and new ones, and removes entities from memory.
//
// An entity is opened by the first message for it, or by wake() when it may have timers or ticks.
// When it cannot be opened, its messages are refused with the error, and it stays as it is on disk.
//
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

  void wake(std::vector<EntityId> ids);  // opens entities that have ticks or timers
  void wake_later(const EntityId& id);
  void on_loaded(const EntityId& id, Result<std::optional<EntityRecord>> record);
  void open_fresh(Entity& entity);
  // `redeliver`: messages in its mailbox are delivered again; otherwise they are refused.
  void remove(Entity& entity, bool redeliver);

 private:
  void open_from_record(Entity& entity, EntityRecord record);
  void refuse_all(Entity& entity, Errc code, const std::string& text);
  void refuse_until_creator(Entity& entity);
  void become_ready(Entity& entity);

  ShardServices& services_;
  ShardParts& parts_;
};

}  // namespace serai::runtime
