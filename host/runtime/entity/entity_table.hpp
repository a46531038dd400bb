// EntityTable: the entities of a shard that are in memory.
//
// Walks   visit a part of the table in each turn, because a hundred thousand entities in one turn
//         would be a pause that players notice.
// Thread  the shard's; count(): any.
// Owner   owns the entities; an erased entity is destroyed at once.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>

#include "model/entity_id.hpp"
#include "runtime/entity/entity.hpp"

namespace serai::runtime {

// The position of a walk.
struct TableWalk {
  std::size_t bucket = 0;
  std::size_t buckets = 0;
};

class EntityTable {
 public:
  using Entities = std::unordered_map<EntityId, std::unique_ptr<Entity>, EntityIdHash>;

  Entity* find(const EntityId& id) const;  // null: not in memory
  // Adds an entity in phase loading; the id must be new. `now_ms`: Unix.
  Entity& add(const EntityId& id, std::int64_t now_ms);
  void erase(const EntityId& id);
  const Entities& all() const { return entities_; }
  std::uint64_t count() const { return count_; }

  // Calls `see` for each entity of the next part of the table. False: that was the last part. `see`
  // must not add or erase entities. When the table has grown, its order is another one and the walk
  // starts again; call is_new_order() before, and drop the results of the walk so far.
  template <class See>
  bool walk_on(TableWalk& walk, const See& see) const {
    constexpr std::size_t kBucketsPerTurn = 512;  // each has about one entity
    if (is_new_order(walk)) walk = {0, entities_.bucket_count()};
    const std::size_t until = std::min(walk.bucket + kBucketsPerTurn, walk.buckets);
    for (; walk.bucket < until; ++walk.bucket) {
      const auto end = entities_.end(walk.bucket);
      for (auto item = entities_.begin(walk.bucket); item != end; ++item) see(*item->second);
    }
    return walk.bucket < walk.buckets;
  }
  bool is_new_order(const TableWalk& walk) const {
    return walk.buckets != entities_.bucket_count();
  }

 private:
  Entities entities_;
  std::atomic<std::uint64_t> count_{0};
};

}  // namespace serai::runtime
