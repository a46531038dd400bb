#include "runtime/entity/entity_eraser.hpp"

#include <utility>

#include "runtime/log_fields.hpp"
#include "runtime/shard_parts.hpp"

namespace serai::runtime {
namespace {

constexpr std::int64_t kBusyRetryMs = 20;

bool is_at_rest(const ShardParts& parts, const Entity& entity) {
  return entity.phase() == Entity::Phase::ready && !parts.mailboxes.is_working_on(entity) &&
         !parts.barrier.is_up();
}

void on_erased(ShardParts& parts, const EntityId& id, bool was_loaded, const Result<>& result) {
  if (result) parts.journal.on_erased(id);
  Entity* entity = was_loaded ? parts.table.find(id) : nullptr;
  if (entity == nullptr) return;
  --entity->writes.commits;
  if (result) return parts.committer.remove_if_over(*entity);
  // The entity is on the disk still, so it is loaded again by its next message.
  parts.committer.evict(*entity, result.error().detail, entity->pending_effects.size());
}

}  // namespace

void erase_entity(ShardParts& parts,
                  const EntityId& id,
                  std::int64_t until_us,
                  Callback<Unit> done) {
  ShardServices& services = parts.services;
  Entity* entity = parts.table.find(id);
  if (entity != nullptr && !is_at_rest(parts, *entity)) {
    if (services.env.clock.steady_us() >= until_us) {
      return done({Errc::unavailable, "the entity " + id.kind + " " + id.key + " is busy"});
    }
    services.shard.after(kBusyRetryMs, [&parts, id, until_us, done = std::move(done)]() mutable {
      erase_entity(parts, id, until_us, std::move(done));
    });
    return;
  }
  if (entity != nullptr) {
    services.log.write(LogLevel::info, "entity.erased", LogContext(*entity, {}));
    entity->enter(Entity::Phase::ending);
    parts.timers.disarm(*entity);
    ++entity->writes.commits;
    entity->writes.dirty = false;
  }
  Writes writes;
  writes.erased.push_back(id);
  const UnitId unit = services.env.store.next_unit();
  services.env.store.stage(unit,
                           std::move(writes),
                           services.shard,
                           [&parts, id, was_loaded = entity != nullptr, done = std::move(done)](
                               Result<> result) mutable {
                             on_erased(parts, id, was_loaded, result);
                             done(std::move(result));
                           });
  services.env.store.finish(unit);
}

}  // namespace serai::runtime
