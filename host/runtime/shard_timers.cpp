// Timers and ticks of entities, armed on the shard while the entity is in memory.
#include <algorithm>
#include <utility>

#include "runtime/shard_runtime.hpp"

namespace serai {
void ShardRuntime::arm_timer(Entity& entity, std::uint64_t id) {
  EntityTimer& timer = entity.host.timers.at(id);
  if (timer.armed != 0) shard_.cancel(timer.armed);
  const std::int64_t delay = timer.due_ms - env_.clock.now_ms();
  timer.armed = shard_.after(delay, [this, entity_id = entity.id, id] {
    Entity* owner = find(entity_id);
    if (owner == nullptr) return;
    const auto found = owner->host.timers.find(id);
    if (found == owner->host.timers.end()) return;
    found->second.armed = 0;
    Input input;
    input.trigger = Trigger::timer;
    input.timer = found->second.handler;
    input.payload = found->second.payload;
    input.op_code = static_cast<std::int64_t>(id);  // tells the run which timer to take off
    found->second.fired = true;
    owner->mailbox.push(std::move(input), Mailbox::Rank::self);
    pump(*owner);
  });
}

void ShardRuntime::arm_tick(Entity& entity) {
  const std::uint32_t hz = entity.kind().tick_hz;
  if (entity.tick_timer != 0) shard_.cancel(std::exchange(entity.tick_timer, 0));
  if (hz == 0) return;
  const std::int64_t now = env_.clock.steady_us();
  const std::int64_t period = 1'000'000 / hz;
  // Planned times stay on one grid; a shard that fell behind skips ticks instead of bunching them.
  entity.next_tick_us = std::max(entity.next_tick_us + period, now);
  if (entity.next_tick_us > now + period) entity.next_tick_us = now + period;
  const std::int64_t delay_ms = (entity.next_tick_us - now + 999) / 1000;
  entity.tick_timer = shard_.after(delay_ms, [this, id = entity.id] {
    Entity* owner = find(id);
    if (owner == nullptr) return;
    owner->tick_timer = 0;
    arm_tick(*owner);
    const bool queued = owner->mailbox.any_of(
        [](const Input& waiting) { return waiting.trigger == Trigger::tick; });
    if (queued) {
      Figures& figures = owner->generation->figures(shard_.index());
      ++figures.late_ticks;
      CallerCell::add_one(figures.callers[kOwnCell].late_ticks);
      return;
    }
    Input input;
    input.trigger = Trigger::tick;
    owner->mailbox.push(std::move(input), Mailbox::Rank::self);
    pump(*owner);
  });
}

void ShardRuntime::disarm(Entity& entity) {
  if (entity.tick_timer != 0) shard_.cancel(std::exchange(entity.tick_timer, 0));
  for (auto& [id, timer] : entity.host.timers) {
    if (timer.armed != 0) shard_.cancel(std::exchange(timer.armed, 0));
  }
}

}  // namespace serai
