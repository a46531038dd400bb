#include "runtime/entity/sweeper.hpp"

#include <algorithm>
#include <utility>

#include "runtime/shard_parts.hpp"

namespace serai::runtime {
namespace {

constexpr std::int64_t kDrainIdleMs = 1'000;
constexpr std::int64_t kSweepMs = 1'000;

}  // namespace

void Sweeper::sweep_later() {
  services_.shard.after(kSweepMs, [this] { sweep(); });
}

void Sweeper::sweep() {
  parts_.clients.refuse_late();
  parts_.matches.refuse_late();
  services_.quotas.sweep(services_.env.clock.steady_us());
  passivate_idle({});
}

bool Sweeper::is_idle(const Entity& entity) const {
  if (entity.phase() != Entity::Phase::ready || parts_.mailboxes.is_working_on(entity) ||
      !entity.mailbox.empty() || entity.writes.dirty || entity.writes.commits != 0 ||
      !entity.pending_effects.empty()) {
    return false;
  }
  const abi::KindContract& kind = entity.kind();
  if (kind.tick_hz != 0 || !entity.host.timers.empty()) return false;  // they must go off
  // When the module drains, an entity becomes idle earlier, so that its next message opens it under
  // the new generation.
  const KindRoute* newest = services_.directory->kind(entity.id.kind);
  const bool drains = newest != nullptr && newest->generation != entity.generation &&
                      newest->generation->policy().kind == abi::MovePolicy::Kind::drain;
  const std::int64_t idle_ms = drains ? kDrainIdleMs : std::int64_t{kind.idle_s} * 1000;
  return services_.env.clock.now_ms() - entity.used_ms >= idle_ms;
}

// Visits a part of the entities every millisecond, and also drops the states that they had before
// the last switch.
void Sweeper::passivate_idle(TableWalk walk) {
  if (parts_.mover.is_switching() || parts_.mover.keeps_awake()) return sweep_later();
  std::vector<Entity*> idle;
  const bool more = parts_.table.walk_on(walk, [this, &idle](Entity& entity) {
    entity.before_switch.reset();
    if (is_idle(entity)) idle.push_back(&entity);
  });
  for (Entity* entity : idle) {
    if (entity->kind().match && services_.streams().size(entity->stream()) != 0) continue;
    parts_.loader.remove(*entity, true);
  }
  if (!more) return sweep_later();
  services_.shard.after(1, [this, walk] { passivate_idle(walk); });
}

}  // namespace serai::runtime
