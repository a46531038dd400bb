#include "runtime/entity/entity_timers.hpp"

#include <algorithm>
#include <utility>

#include "runtime/log_fields.hpp"
#include "runtime/shard_parts.hpp"

namespace serai::runtime {
namespace {

std::uint64_t timer_id(const Input& input) { return static_cast<std::uint64_t>(input.op_code); }

// The first kTimerErrorMax bytes of a text, without a part of a UTF-8 character at the end.
std::string_view beginning(std::string_view text) {
  std::size_t size = std::min(text.size(), kTimerErrorMax);
  while (size < text.size() && size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80)
    --size;
  return text.substr(0, size);
}

}  // namespace

void EntityTimers::arm(Entity& entity, std::uint64_t id) {
  EntityTimer& timer = entity.host.timers.at(id);
  if (timer.armed != 0) services_.shard.cancel(timer.armed);
  const std::int64_t delay = timer.due_ms - services_.env.clock.now_ms();
  timer.armed = services_.shard.after(delay, [this, entity_id = entity.id, id] {
    Entity* owner = parts_.table.find(entity_id);
    if (owner == nullptr) return;
    const auto found = owner->host.timers.find(id);
    if (found == owner->host.timers.end()) return;
    found->second.armed = 0;
    Input input;
    input.trigger = abi::Trigger::timer;
    input.timer = found->second.handler;
    input.payload = found->second.payload;
    input.op_code = static_cast<std::int64_t>(id);
    input.tries = found->second.tries;
    found->second.fired = true;
    owner->mailbox.push(std::move(input), Mailbox::Rank::self);
    parts_.mailboxes.pump(*owner);
  });
}

bool EntityTimers::take(Entity& entity, const Input& input) {
  const auto timer = entity.host.timers.find(timer_id(input));
  if (timer == entity.host.timers.end() || !timer->second.fired) return false;
  entity.host.timers.erase(timer);
  return true;
}

bool EntityTimers::take_unfired(Entity& entity, const Input& input) {
  const auto timer = entity.host.timers.find(timer_id(input));
  if (timer == entity.host.timers.end()) return false;
  if (timer->second.armed != 0) services_.shard.cancel(timer->second.armed);
  entity.host.timers.erase(timer);
  return true;
}

void EntityTimers::put_back(Entity& entity, const Input& input, std::string_view reason) {
  EntityTimer timer{0, input.timer, input.payload, input.tries + 1, std::string(beginning(reason))};
  const std::int64_t wait_ms = timer_back_off_ms(timer.tries);
  timer.due_ms = services_.env.clock.now_ms() + wait_ms;
  services_.env.metrics
      .counter("serai_timer_failures_total",
               "Failed tries of timers.",
               {{"module", entity.generation->contract().name}, {"handler", timer.handler}})
      .add();
  services_.log.write(LogLevel::warn,
                      "timer.failed",
                      LogContext(entity,
                                 {{"handler", timer.handler},
                                  {"timer", timer_id(input)},
                                  {"try", timer.tries},
                                  {"next_try_in_ms", wait_ms},
                                  {"reason", timer.error}}));
  entity.host.timers.insert_or_assign(timer_id(input), std::move(timer));
}

void EntityTimers::retry(Entity& entity, const Input& input, std::string_view reason) {
  put_back(entity, input, reason);
  if (!give_up(entity, timer_id(input))) arm(entity, timer_id(input));
  entity.writes.dirtied_by = {};
  parts_.write_behind.mark_dirty(entity);
}

bool EntityTimers::give_up(Entity& entity, std::uint64_t id) {
  const auto timer = entity.host.timers.find(id);
  const auto& handlers = entity.table().timers;
  const auto handler = handlers.find(timer->second.handler);
  if (handler == handlers.end()) return false;  // another version may have the handler
  const std::optional<std::uint32_t> retries = entity.generation->handler(handler->second).retries;
  if (!retries || timer->second.tries <= *retries) return false;
  services_.env.metrics
      .counter("serai_timers_given_up_total",
               "Timers that failed more often than their handler's retries allow.",
               {{"module", entity.generation->contract().name}, {"handler", handler->first}})
      .add();
  services_.log.write(LogLevel::error,
                      "timer.given_up",
                      LogContext(entity,
                                 {{"handler", handler->first},
                                  {"timer", id},
                                  {"tries", timer->second.tries},
                                  {"reason", timer->second.error}}));
  entity.host.timers.erase(timer);
  return true;
}

// Without the saved tries, a timer whose commit the disk refuses would be tried again as soon as
// the entity has been read from disk.
void EntityTimers::keep_tries(const Entity& entity) {
  for (const auto& [id, timer] : entity.host.timers) {
    if (timer.tries != 0) unsaved_tries_[entity.id].insert_or_assign(id, timer);
  }
}

void EntityTimers::recall_tries(Entity& entity) {
  const auto saved = unsaved_tries_.extract(entity.id);
  if (saved.empty()) return;
  for (const auto& [id, timer] : saved.mapped()) {
    const auto found = entity.host.timers.find(id);
    const bool is_same = found != entity.host.timers.end() &&
                         found->second.handler == timer.handler &&
                         found->second.payload == timer.payload;
    if (!is_same || found->second.tries >= timer.tries) continue;
    found->second = timer;
    found->second.armed = 0;
    found->second.fired = false;
    give_up(entity, id);
    parts_.write_behind.mark_dirty(entity);
  }
}

// The try is written at once: the next try may crash the host before write-behind would write it.
void EntityTimers::recall_crash(Entity& entity) {
  if (!crash_ || crash_->entity != entity.id) return;
  const TimerCrash crash = *std::exchange(crash_, std::nullopt);
  const auto found = entity.host.timers.find(crash.timer);
  if (found == entity.host.timers.end() || found->second.due_ms > services_.env.clock.now_ms())
    return;
  Input input;
  input.trigger = abi::Trigger::timer;
  input.timer = found->second.handler;
  input.payload = found->second.payload;
  input.tries = found->second.tries;
  input.op_code = static_cast<std::int64_t>(crash.timer);
  put_back(entity, input, "the host crashed with " + crash.signal + " in this handler");
  give_up(entity, crash.timer);
  parts_.write_behind.stage_entity(entity);
}

WaitingTimers EntityTimers::waiting(std::size_t max) const {
  WaitingTimers out;
  for (const auto& [id, entity] : parts_.table.all()) {
    if (entity->state == nullptr) continue;
    for (const auto& [number, timer] : entity->host.timers) {
      if (!out.count_in(timer.tries, timer.due_ms, max)) continue;
      WaitingTimer waiting{entity->generation->contract().name,
                           id,
                           number,
                           timer.handler,
                           timer.due_ms,
                           timer.tries,
                           timer.error};
      out.list(std::move(waiting), max);
    }
  }
  return out;
}

void EntityTimers::arm_tick(Entity& entity) {
  const std::uint32_t hz = entity.kind().tick_hz;
  if (entity.tick_timer != 0) services_.shard.cancel(std::exchange(entity.tick_timer, 0));
  if (hz == 0) return;
  const std::int64_t now = services_.env.clock.steady_us();
  const std::int64_t period = 1'000'000 / hz;
  // Each tick is planned one period after the tick before it. A shard that is late skips ticks, so
  // that missed ticks do not run in a row.
  entity.next_tick_us = std::max(entity.next_tick_us + period, now);
  if (entity.next_tick_us > now + period) entity.next_tick_us = now + period;
  const std::int64_t delay_ms = (entity.next_tick_us - now + 999) / 1000;
  entity.tick_timer = services_.shard.after(delay_ms, [this, id = entity.id] {
    Entity* owner = parts_.table.find(id);
    if (owner == nullptr) return;
    owner->tick_timer = 0;
    arm_tick(*owner);
    const bool queued = owner->mailbox.any_of(
        [](const Input& waiting) { return waiting.trigger == abi::Trigger::tick; });
    if (queued) {
      Figures& figures = owner->generation->figures(services_.shard.index());
      ++figures.late_ticks;
      CallerCell::add_one(figures.callers[kOwnCell].late_ticks);
      return;
    }
    Input input;
    input.trigger = abi::Trigger::tick;
    owner->mailbox.push(std::move(input), Mailbox::Rank::self);
    parts_.mailboxes.pump(*owner);
  });
}

void EntityTimers::disarm(Entity& entity) {
  if (entity.tick_timer != 0) services_.shard.cancel(std::exchange(entity.tick_timer, 0));
  for (auto& [id, timer] : entity.host.timers) {
    if (timer.armed != 0) services_.shard.cancel(std::exchange(timer.armed, 0));
  }
}

}  // namespace serai::runtime
