#include "runtime/match/match_copy.hpp"

#include <utility>

#include "model/placement.hpp"
#include "runtime/shard_parts.hpp"

namespace serai::runtime {

CopiedMatch copy_match(ShardParts& parts, const MatchId& match) {
  const Entity* entity = parts.table.find({match.kind, match.key});
  if (entity == nullptr || entity->state == nullptr || !entity->kind().match) return {};
  return {parts.mover.copy(*entity)};
}

ForkedMatch fork_match(ShardParts& parts, std::uint32_t shards, const StoredEntity& begin) {
  const EntityId& id = begin.id;
  if (shard_of(id.kind, id.key, shards) != parts.services.shard.index()) return {};
  const KindRoute* route = parts.services.directory->route(id);
  if (route == nullptr || !route->generation->kind(route->kind_index).match) {
    return {Result<>(Errc::not_found, "no module of this release has matches of kind " + id.kind)};
  }
  parts.table.add(id, parts.services.env.clock.now_ms());
  parts.loader.on_loaded(id, std::optional(begin));
  Entity* entity = parts.table.find(id);
  if (entity == nullptr) {
    return {Result<>(Errc::data_loss,
                     "the state cannot be read by this release; the log has the reason, as "
                     "entity.unreadable")};
  }
  parts.write_behind.stage_entity(*entity);
  return {success()};
}

}  // namespace serai::runtime
