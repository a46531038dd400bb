#include "runtime/migration/mover.hpp"

#include <algorithm>
#include <utility>

#include "runtime/log_fields.hpp"
#include "runtime/shard_parts.hpp"

namespace serai::runtime {

bool Mover::needs_move(const Entity& entity) const {
  if (!switching_ || entity.state == nullptr) return false;
  const KindRoute* route = services_.directory->route(entity.id, entity.generation);
  return route == nullptr || route->generation != entity.generation;
}

void Mover::begin_switch(const Directory* target, bool reverting, Report report) {
  report_ = std::move(report);
  services_.directory = target;
  switching_ = true;
  reverting_ = reverting;
  progress_ = {};
  gathering_ = true;
  gathered_ = {};
  while (gathering_ && (parts_.barrier.is_up() || reverting_)) gather_some();
  std::vector<EntityId> back;
  std::erase_if(left_, [&](const EntityId& id) {
    if (services_.directory->kind(id.kind) == nullptr) return false;
    back.push_back(id);
    return true;
  });
  parts_.loader.wake(back);
  switch_began_us_ = services_.env.clock.steady_us();
  reported_us_ = switch_began_us_;
  moving_us_ = 0;
  move_slice();
}

void Mover::end_switch() {
  switching_ = false;
  reverting_ = false;
  report_ = nullptr;
  for (const EntityId& id : std::exchange(stuck_, {})) {
    if (Entity* entity = parts_.table.find(id)) parts_.mailboxes.pump(*entity);
  }
  parts_.effects.retry_undeliverable();
}

// A shard spends a quarter of its time on moves at most. When that is used up, an entity's next
// message is handled by the former generation. Without this limit, a shard whose entities all get a
// message within a tenth of a second would move them all in that time, and players would wait. The
// limit does not apply after a failed switch or behind a barrier, where the moves are more urgent.
bool Mover::may_move() const {
  constexpr std::int64_t kShareOf = 4;
  if (parts_.barrier.is_up() || reverting_) return true;
  if (gathering_) return false;
  const std::int64_t passed = services_.env.clock.steady_us() - switch_began_us_;
  return moving_us_ <= passed / kShareOf + services_.env.options.migrate_slice_us;
}

bool Mover::needs_newer(const Entity& entity) const {
  return !entity.mailbox.empty() && parts_.runner.resolve(entity, entity.mailbox.front()) < 0;
}

void Mover::gather_some() {
  if (parts_.table.is_new_order(gathered_)) to_move_.clear();
  gathering_ = parts_.table.walk_on(gathered_, [this](const Entity& entity) {
    if (needs_move(entity)) to_move_.push_back(entity.id);
  });
  progress_.of = progress_.moved + to_move_.size();
}

// Moves entities without waiting for their next message, for one slice of a turn.
void Mover::move_slice() {
  if (!switching_ || progress_.done || progress_.failed) return;
  if (gathering_) gather_some();
  const std::int64_t until =
      services_.env.clock.steady_us() + services_.env.options.migrate_slice_us;
  std::size_t passes = to_move_.size();
  while (passes-- > 0 && may_move()) {
    if (!move_next()) continue;
    if (progress_.failed) return;
    if (!parts_.barrier.is_up() && services_.env.clock.steady_us() >= until) break;
  }
  if (to_move_.empty() && !gathering_) {
    progress_.done = true;
    progress_.of = progress_.moved;
    report();
    return;
  }
  constexpr std::int64_t kReportEveryUs = 50'000;  // often enough for people
  if (services_.env.clock.steady_us() - reported_us_ >= kReportEveryUs) report();
  services_.shard.after(1, [this] { move_slice(); });
}

bool Mover::move_next() {
  const EntityId id = std::move(to_move_.front());
  to_move_.pop_front();
  Entity* entity = parts_.table.find(id);
  if (entity == nullptr || !needs_move(*entity)) return false;
  if (entity->phase() == Entity::Phase::ready && !parts_.mailboxes.is_working_on(*entity)) {
    parts_.mailboxes.pump(*entity);  // moves the entity, then handles its messages
    if (progress_.failed) return true;
    entity = parts_.table.find(id);
  }
  // A handler or a commit is under way. The entity is checked again later.
  if (entity != nullptr && needs_move(*entity)) to_move_.push_back(id);
  return true;
}

void Mover::report() {
  reported_us_ = services_.env.clock.steady_us();
  if (report_) report_(progress_);
}

bool Mover::move(Entity& entity) {
  const KindRoute* found = services_.directory->route(entity.id, entity.generation);
  if (found == nullptr) return leave(entity);
  const KindRoute route = *found;
  const std::uint32_t schema_before = entity.kind().schema;
  const std::int64_t began = services_.env.clock.steady_us();
  const Result<> moved = [&] {
    static const std::string kMoving = "the import of a swap";
    const Watched watched(
        services_.watch, kMoving, route.generation->generation().id, services_.env, &entity.id);
    return reverting_ ? put_back(entity, route) : move_to(entity, route);
  }();
  if (!moved && reverting_) return leave_behind(entity, moved.error());
  if (!moved) {
    if (!progress_.failed) {
      progress_.failed = moved.error();
      report();
    }
    return false;
  }
  // The journal's inputs were handled by the former version, and the next ones by this one.
  const bool is_stored = !entity.writes.dirty && entity.writes.commits == 0;
  if (reverting_ || !is_stored || entity.kind().schema != schema_before) {
    parts_.journal.begin_anew(entity);
  }
  const std::int64_t took = services_.env.clock.steady_us() - began;
  moving_us_ += took;
  progress_.pause_us_max = std::max(progress_.pause_us_max, took);
  ++progress_.moved;
  progress_.bytes += entity.snapshot.bytes.size();
  return true;
}

// The former generation cannot read the entity, so it stays on disk as the newer generation has
// written it. No acknowledged change is lost, and a release that can read it will open it again.
bool Mover::leave_behind(Entity& entity, const Error& why) {
  if (!leave(entity)) return false;
  services_.log.write(
      LogLevel::error, "swap.entity_left_behind", LogContext(entity, {{"error", why.detail}}));
  return true;
}

// Removes an entity from memory that no serving generation can open, after its changes are on disk.
// False: they are not on disk yet. A failing store must not keep a bad version serving, so after
// kSavingUs the entity is removed without them: its unsaved changes are lost, as in a crash.
bool Mover::leave(Entity& entity) {
  constexpr std::int64_t kSavingUs = 5'000'000;
  const bool give_up = services_.env.clock.steady_us() - switch_began_us_ > kSavingUs;
  if (entity.writes.dirty && !entity.writes.write_failed)
    parts_.write_behind.stage_entity(entity);  // after a failure, write-behind tries again
  if (entity.writes.commits != 0 || !entity.pending_effects.empty()) return false;
  if (entity.writes.dirty) {
    if (!give_up) return false;
    services_.log.write(
        LogLevel::error,
        "swap.entity_not_saved",
        LogContext(entity, {{"error", "the store has not written its last changes"}}));
  }
  if (progress_.of > 0) --progress_.of;
  left_.insert(entity.id);
  parts_.timers.disarm(entity);
  parts_.states.destroy_state(entity);
  entity.enter(Entity::Phase::gone);
  return true;
}

Result<> Mover::move_to(Entity& entity, const KindRoute& route) {
  const abi::KindContract& from = entity.kind();
  const abi::KindContract& to = route.generation->kind(route.kind_index);
  const std::optional<std::uint32_t> common = from.best_for(to);
  if (!common) {
    return Error{Errc::failed_precondition,
                 "kind " + from.name + ": " + route.generation->contract().version +
                     " reads no schema that " + entity.generation->contract().version + " writes"};
  }
  const std::uint32_t schema = *common;
  Result<std::string> bytes = parts_.states.export_state(entity, schema, SERAI_FOR_SWAP);
  if (!bytes) return bytes.error();
  auto state =
      parts_.states.import_state(*route.generation, route.kind_index, entity.id, schema, *bytes);
  if (!state) return state.error();
  Snapshot before{false, schema, *bytes, entity.host.generator};
  if (schema != from.schema) {
    // Also save the state in its own schema, because the common schema may lose a part of it.
    Result<std::string> own = parts_.states.export_state(entity, from.schema, SERAI_FOR_SWAP);
    if (own) before = Snapshot{false, from.schema, *std::move(own), entity.host.generator};
  }
  const std::uint32_t was_hz = from.tick_hz;
  parts_.states.destroy_state(entity);
  parts_.states.adopt(entity, route, *state);
  if (entity.recorder != nullptr) entity.recorder->miss();  // one recording, one version
  parts_.undo.set_snapshot(entity, schema, *std::move(bytes));
  entity.before_switch = std::move(before);
  entity.runs_before_switch = entity.runs;
  if (entity.kind().tick_hz != was_hz) parts_.timers.arm_tick(entity);
  return success();
}

// Moves an entity back. If it has run no handler since its move, it gets its former state back,
// byte for byte.
Result<> Mover::put_back(Entity& entity, const KindRoute& route) {
  const std::optional<Snapshot> before = std::exchange(entity.before_switch, std::nullopt);
  if (before && entity.runs == entity.runs_before_switch) {
    return become(entity, route, *before);
  }
  Result<> moved = move_to(entity, route);
  entity.before_switch.reset();
  return moved;
}

Result<> Mover::become(Entity& entity, const KindRoute& route, const Snapshot& snapshot) {
  auto state = parts_.states.import_state(
      *route.generation, route.kind_index, entity.id, snapshot.schema, snapshot.bytes);
  if (!state) return state.error();
  const std::uint32_t was_hz = entity.kind().tick_hz;
  parts_.states.destroy_state(entity);
  parts_.states.adopt(entity, route, *state);
  if (entity.recorder != nullptr) entity.recorder->miss();
  parts_.undo.set_snapshot(entity, snapshot.schema, snapshot.bytes);
  if (entity.kind().tick_hz != was_hz) parts_.timers.arm_tick(entity);
  return success();
}

bool Mover::ids_of(std::string_view module, TableWalk& walk, std::deque<EntityId>& ids) const {
  if (parts_.table.is_new_order(walk)) ids.clear();
  return parts_.table.walk_on(walk, [module, &ids](const Entity& entity) {
    if (entity.state != nullptr && entity.generation->contract().name == module)
      ids.push_back(entity.id);
  });
}

Result<std::vector<ExportedEntity>> Mover::export_some(std::deque<EntityId>& ids,
                                                       std::size_t& recordings) {
  std::vector<ExportedEntity> out;
  const std::int64_t until =
      services_.env.clock.steady_us() + services_.env.options.migrate_slice_us;
  while (!ids.empty() && (out.empty() || services_.env.clock.steady_us() < until)) {
    const EntityId id = std::move(ids.front());
    ids.pop_front();
    const Entity* entity = parts_.table.find(id);
    if (entity == nullptr || entity->state == nullptr || !entity->born) continue;
    if (entity->phase() == Entity::Phase::waiting && entity->snapshot.created) continue;
    Result<ExportedEntity> exported = export_one(*entity, recordings);
    if (!exported) return exported.error();
    out.push_back(*std::move(exported));
  }
  return out;
}

Result<ExportedEntity> Mover::copy(const Entity& entity) const {
  const bool waits = entity.phase() == Entity::Phase::waiting;
  if (!entity.born || (waits && entity.snapshot.created)) {
    return Error{Errc::unavailable, "its first message is being handled, try again"};
  }
  std::size_t recordings = 1;
  Result<ExportedEntity> exported = export_one(entity, recordings);
  if (!exported) return exported;
  HostState host = entity.host;
  if (waits) host.generator = entity.snapshot.generator;
  exported->host_state = host.encode();
  return exported;
}

Result<ExportedEntity> Mover::export_one(const Entity& entity, std::size_t& recordings) const {
  ExportedEntity exported;
  exported.id = entity.id;
  exported.schema = entity.kind().schema;
  if (entity.phase() == Entity::Phase::waiting) {
    // A handler is under way, so take the last state before it.
    exported.schema = entity.snapshot.schema;
    exported.state = entity.snapshot.bytes;
    return exported;
  }
  Result<std::string> bytes = parts_.states.export_state(entity, exported.schema, SERAI_FOR_SWAP);
  if (!bytes) {
    return Error{bytes.error().code,
                 entity.id.kind + " " + entity.id.key +
                     " cannot be exported by the version that runs: " + bytes.error().detail};
  }
  exported.state = *std::move(bytes);
  if (recordings > 0 && entity.recorder != nullptr) {
    exported.recording = entity.recorder->recording();
    if (exported.recording) --recordings;
  }
  return exported;
}

}  // namespace serai::runtime
