// Write-behind: what handlers that are not durable have changed reaches the disk a little later.
#include <algorithm>

#include "base/keyed_hash.hpp"
#include "runtime/shard_runtime.hpp"

namespace serai {
namespace {

std::uint64_t hash_of(std::string_view text) { return keyed_hash(text); }

// Of what must be on disk. A tick's number is not worth a write of its own.
std::uint64_t hash_of(const EntityRecord& record, const HostState& host) {
  std::uint64_t hash = hash_of(record.state);
  const auto mix = [&hash](std::uint64_t part) { hash = (hash ^ part) * 0x100000001b3ULL; };
  mix(host.generator.counter);
  mix(hash_of(host.label));
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

void ShardRuntime::mark_dirty(Entity& entity) {
  if (std::exchange(entity.dirty, true)) return;
  const std::int64_t after_us = std::int64_t{env_.options.write_behind_ms} * 1000;
  dirty_.push_back({entity.id, env_.clock.steady_us() + after_us});
}

void ShardRuntime::write_behind_later() {
  const std::int64_t wait_ms = dirty_.empty()
                                   ? env_.options.write_behind_ms
                                   : (dirty_.front().due_us - env_.clock.steady_us() + 999) / 1000;
  shard_.after(std::max<std::int64_t>(1, wait_ms), [this] { write_behind(); });
}

// Each entity when its own time has come, and no more than a part of each turn: thousands of
// exports in one would be a pause that players feel.
void ShardRuntime::write_behind() {
  constexpr std::int64_t kSliceUs = 250;
  const std::int64_t now_us = env_.clock.steady_us();
  const std::int64_t until_us = now_us + kSliceUs;
  while (!dirty_.empty() && dirty_.front().due_us <= now_us) {
    write_oldest();
    if (env_.clock.steady_us() >= until_us) break;
  }
  write_behind_later();
}

void ShardRuntime::write_all() {
  for (std::size_t count = dirty_.size(); count > 0; --count) write_oldest();
}

void ShardRuntime::write_oldest() {
  const EntityId id = std::move(dirty_.front().id);
  dirty_.pop_front();
  Entity* entity = find(id);
  if (entity == nullptr || !entity->dirty) return;
  // A store that is slower than the game has one write of each entity to do, the newest.
  if (entity->phase != Entity::Phase::ready || entity->commits != 0) {
    entity->dirty = false;
    return mark_dirty(*entity);
  }
  stage_entity(*entity);
}

void ShardRuntime::stage_entity(Entity& entity) {
  entity.dirty = false;
  if (!take_snapshot(entity)) return;
  EntityRecord record = record_of(entity);
  const std::uint64_t hash = hash_of(record, entity.host);
  if (std::exchange(entity.staged_hash, hash) == hash && entity.stored) return;
  Writes writes;
  writes.entities.push_back(std::move(record));
  writes.repeatable = true;
  charge_writes(entity.dirtied_by, writes);
  ++entity.commits;
  entity.stored = true;
  const UnitId unit = env_.store.next_unit();
  env_.store.stage(unit, std::move(writes), shard_, [this, id = entity.id](const Result<>& result) {
    Entity* written = find(id);
    if (written == nullptr) return;
    --written->commits;
    written->write_failed = !result;
    if (!result) {
      written->staged_hash = 0;
      mark_dirty(*written);
    }
    remove_if_over(*written);
  });
  env_.store.finish(unit);
}

}  // namespace serai
