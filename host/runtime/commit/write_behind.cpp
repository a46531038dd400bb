#include "runtime/commit/write_behind.hpp"

#include <algorithm>
#include <utility>

#include "base/keyed_hash.hpp"
#include "runtime/shard_parts.hpp"

namespace serai::runtime {
namespace {

std::uint64_t hash_of(std::string_view text) { return keyed_hash(text); }

// A hash of the entity as it would be stored, without the number of the tick: a change of that
// alone is not worth a write. mix() uses the prime of FNV-1a.
std::uint64_t hash_of(const StoredEntity& stored, const HostState& host) {
  std::uint64_t hash = hash_of(stored.state);
  const auto mix = [&hash](std::uint64_t part) { hash = (hash ^ part) * 0x100000001b3ULL; };
  mix(host.generator.counter);
  mix(hash_of(host.label));
  mix(host.position);
  for (const auto& [id, timer] : host.timers) {
    mix(id);
    mix(static_cast<std::uint64_t>(timer.due_ms));
    mix(hash_of(timer.handler));
    mix(hash_of(timer.payload));
    mix(timer.tries);
  }
  return hash;
}

}  // namespace

void WriteBehind::mark_dirty(Entity& entity) {
  if (std::exchange(entity.writes.dirty, true)) return;
  const std::int64_t after_us = std::int64_t{services_.env.options.write_behind_ms} * 1000;
  dirty_.push_back({entity.id, services_.env.clock.steady_us() + after_us});
}

void WriteBehind::write_later() {
  const std::int64_t wait_ms =
      dirty_.empty() ? services_.env.options.write_behind_ms
                     : (dirty_.front().due_us - services_.env.clock.steady_us() + 999) / 1000;
  services_.shard.after(std::max<std::int64_t>(1, wait_ms), [this] { write_due(); });
}

// Writes entities that are due, for kSliceUs of a turn at most. Thousands of exports in one turn
// would be a pause that players notice.
void WriteBehind::write_due() {
  constexpr std::int64_t kSliceUs = 250;
  const std::int64_t now_us = services_.env.clock.steady_us();
  const std::int64_t until_us = now_us + kSliceUs;
  while (!dirty_.empty() && dirty_.front().due_us <= now_us) {
    write_oldest();
    if (services_.env.clock.steady_us() >= until_us) break;
  }
  write_later();
}

void WriteBehind::write_all() {
  for (std::size_t count = dirty_.size(); count > 0; --count) write_oldest();
}

void WriteBehind::write_oldest() {
  const EntityId id = std::move(dirty_.front().id);
  dirty_.pop_front();
  Entity* entity = parts_.table.find(id);
  if (entity == nullptr || !entity->writes.dirty) return;
  // An entity has one write under way at most, so that a slow store gets no states that are out of
  // date already.
  if (entity->phase() != Entity::Phase::ready || entity->writes.commits != 0) {
    entity->writes.dirty = false;
    return mark_dirty(*entity);
  }
  stage_entity(*entity);
}

void WriteBehind::stage_entity(Entity& entity) {
  entity.writes.dirty = false;
  if (!parts_.undo.take_snapshot(entity)) return;
  StoredEntity stored = parts_.committer.stored_entity_of(entity);
  const std::uint64_t hash = hash_of(stored, entity.host);
  if (std::exchange(entity.writes.staged_hash, hash) == hash && entity.writes.stored) return;
  Writes writes;
  writes.entities.push_back(std::move(stored));
  writes.repeatable = true;
  parts_.bounds.charge_writes(entity.writes.dirtied_by, writes);
  ++entity.writes.commits;
  entity.writes.stored = true;
  const UnitId unit = services_.env.store.next_unit();
  services_.env.store.stage(
      unit,
      std::move(writes),
      services_.shard,
      [this, id = entity.id, position = entity.host.position](const Result<>& result) {
        if (result) parts_.journal.on_stored(id, position);
        Entity* written = parts_.table.find(id);
        if (written == nullptr) return;
        --written->writes.commits;
        written->writes.write_failed = !result;
        if (!result) {
          written->writes.staged_hash = 0;
          mark_dirty(*written);
        }
        parts_.committer.remove_if_over(*written);
      });
  services_.env.store.finish(unit);
}

}  // namespace serai::runtime
