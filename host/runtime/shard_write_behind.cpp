// Write-behind: what handlers that are not durable have changed reaches the disk a little later.
#include <algorithm>

#include "runtime/shard_runtime.hpp"

namespace serai {
namespace {

std::uint64_t hash_of(std::string_view text) { return std::hash<std::string_view>{}(text); }

}  // namespace

// Half of the time for waiting, half for writing: what changed is on its way after all of it.
void ShardRuntime::write_behind_later() {
  shard_.after(env_.options.write_behind_ms / 2, [this] {
    to_write_ = std::exchange(dirty_, {});
    write_share_ = to_write_.size() / std::max(1U, env_.options.write_behind_ms / 2) + 1;
    write_behind();
  });
}

// A little each millisecond: thousands of exports in one turn would be a pause that players feel.
void ShardRuntime::write_behind() {
  write_some(write_share_);
  if (to_write_.empty()) return write_behind_later();
  shard_.after(1, [this] { write_behind(); });
}

void ShardRuntime::write_some(std::size_t count) {
  for (; count > 0 && !to_write_.empty(); --count) {
    const EntityId id = std::move(to_write_.back());
    to_write_.pop_back();
    Entity* entity = find(id);
    if (entity == nullptr || !entity->dirty) continue;
    // A store that is slower than the game has one write of each entity to do, the newest.
    if (entity->phase != Entity::Phase::ready || entity->commits != 0) {
      dirty_.push_back(id);
      continue;
    }
    stage_entity(*entity);
  }
}

void ShardRuntime::stage_entity(Entity& entity) {
  EntityRecord record;
  entity.dirty = false;
  if (!export_record(entity, record)) return;
  const std::uint64_t hash = hash_of(record.state) ^ entity.host.generator.counter ^
                             (entity.host.timers.size() << 32) ^ hash_of(entity.host.label);
  if (std::exchange(entity.staged_hash, hash) == hash && entity.stored) return;
  Writes writes;
  writes.entities.push_back(std::move(record));
  ++entity.commits;
  entity.stored = true;
  const UnitId unit = env_.store.next_unit();
  env_.store.stage(unit, std::move(writes), shard_, [this, id = entity.id](const Result<>& result) {
    Entity* written = find(id);
    if (written == nullptr) return;
    --written->commits;
    if (!result) {
      written->staged_hash = 0;
      if (!std::exchange(written->dirty, true)) dirty_.push_back(id);
    }
    remove_if_over(*written);
  });
  env_.store.finish(unit);
}

}  // namespace serai
