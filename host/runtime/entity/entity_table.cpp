#include "runtime/entity/entity_table.hpp"

#include <utility>

namespace serai::runtime {

Entity* EntityTable::find(const EntityId& id) const {
  const auto found = entities_.find(id);
  return found == entities_.end() ? nullptr : found->second.get();
}

Entity& EntityTable::add(const EntityId& id, std::int64_t now_ms) {
  auto entity = std::make_unique<Entity>();
  entity->id = id;
  entity->used_ms = now_ms;
  Entity& out = *entity;
  entities_.emplace(id, std::move(entity));
  count_ = entities_.size();
  return out;
}

void EntityTable::erase(const EntityId& id) {
  entities_.erase(id);
  count_ = entities_.size();
}

}  // namespace serai::runtime
