#include "model/entity_id.hpp"

#include "base/keyed_hash.hpp"

namespace serai {

std::size_t EntityIdHash::operator()(const EntityId& id) const {
  return static_cast<std::size_t>(keyed_hash(id.kind) * 31 + keyed_hash(id.key));
}

}  // namespace serai
