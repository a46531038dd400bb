#include "runtime/commit/committer.hpp"

#include <algorithm>
#include <utility>

#include "runtime/log_fields.hpp"
#include "runtime/shard_parts.hpp"

namespace serai::runtime {
namespace {

bool has_idempotency_key(const Run& run) {
  return run.handler().idempotent && run.input.from_client && !run.input.idempotency_key.empty();
}

}  // namespace

void Committer::apply_to_host_state(Entity& entity, Run& run) {
  if (run.effects.label) entity.host.label = *std::move(run.effects.label);
  for (abi::TimerChange& change : run.effects.timers) {
    auto& timers = entity.host.timers;
    if (const auto found = timers.find(change.id); found != timers.end()) {
      if (found->second.armed != 0) services_.shard.cancel(found->second.armed);
      timers.erase(found);
    }
    if (!change.set) continue;
    timers.emplace(
        change.id,
        EntityTimer{change.due_ms, std::move(change.handler), std::move(change.payload), 0, {}});
    parts_.timers.arm(entity, change.id);
  }
}

void Committer::commit(RunPtr run) {
  Entity* entity = run->entity;
  Writes writes;
  if (entity != nullptr) {
    if (run->effects.close) {
      writes.erased.push_back(entity->id);
      entity->enter(Entity::Phase::ending);
      parts_.timers.disarm(*entity);
    } else {
      writes.entities.push_back(stored_entity_of(*entity));
    }
  }
  add_effects(*run, writes);
  writes.player = run->input.user_id;
  parts_.bounds.charge_writes(writes.player, writes);
  if (run->unit.has_reserved) services_.env.ledger.confirm(parts_.runner.unit_of(*run), run->id);
  // A calling handler is answered before the commit, because both are committed in the same unit.
  if (run->input.is_called()) run->input.answer({Errc::ok, run->reply, {}});

  const UnitId unit = parts_.runner.unit_of(*run);
  const bool finishes = run->unit.is_root;
  const std::uint64_t run_id = run->id;
  EntityId id;
  if (entity != nullptr) {
    id = entity->id;
    ++entity->writes.commits;
    entity->writes.dirty = false;
    // The state on disk is not the one that write-behind has staged last. If the entity returns to
    // that one, write-behind must not skip it.
    entity->writes.staged_hash = 0;
    entity->writes.stored = true;
    run->position = entity->host.position;
    entity->pending_effects.push_back({std::move(run), false});
  } else {
    parts_.runner.keep_stateless(std::move(run));
  }
  services_.env.store.stage(
      unit, std::move(writes), services_.shard, [this, id, run_id](const Result<>& result) {
        on_committed(id, run_id, result);
      });
  if (finishes) services_.env.store.finish(unit);
}

void Committer::add_effects(Run& run, Writes& writes) {
  for (abi::OutsideEffect& effect : run.effects.outside) {
    if (auto* message = std::get_if<OutboxMessage>(&effect)) {
      message->id = services_.env.store.next_outbox_id();
      writes.outbox.push_back(*message);
    } else if (const auto* notification = std::get_if<Notification>(&effect)) {
      if (notification->persistent) writes.notifications.push_back(*notification);
    }
  }
  if (run.input.outbox_id != 0) writes.outbox_done.push_back(run.input.outbox_id);
  if (has_idempotency_key(run)) {
    IdempotentAnswer answer;
    answer.scope = answer_scope(run.input.user_id, run.handler().name);
    answer.key = run.input.idempotency_key;
    answer.request_hash = stable_hash(run.input.payload);
    answer.payload = run.reply;
    // False: a call on another entity was quicker with this key, so the store will refuse this
    // unit. The run then loses the key, because waiting retries belong to the quicker call.
    const bool own = parts_.idempotency.recent().add(
        RecentAnswers::name(answer.scope, answer.key), answer.request_hash, answer.payload);
    if (!own) run.input.idempotency_key.clear();
    writes.answers.push_back(std::move(answer));
  }
}

StoredEntity Committer::stored_entity_of(const Entity& entity) {
  StoredEntity stored;
  stored.id = entity.id;
  stored.schema = entity.kind().schema;
  stored.module_version = entity.generation->contract().version;
  stored.host_state = entity.host.encode();
  stored.state = entity.snapshot.bytes;
  return stored;
}

void Committer::on_committed(const EntityId& id, std::uint64_t run_id, const Result<>& result) {
  Entity* entity = id.kind.empty() ? nullptr : parts_.table.find(id);
  if (entity == nullptr) {
    RunPtr run = parts_.runner.take_stateless(run_id);
    if (run == nullptr) return;
    answer_commit(*run, result);
    if (result) parts_.effects.flush(*run);
    parts_.runner.recycle(std::move(run));
    return;
  }
  --entity->writes.commits;
  const auto waiting = std::ranges::find_if(
      entity->pending_effects,
      [run_id](const PendingEffects& pending) { return pending.run->id == run_id; });
  if (waiting != entity->pending_effects.end() && !result) {
    // failed_precondition is the caller's fault, such as a key that was used before. Any other
    // error comes from the disk.
    const bool refused = result.error().code == Errc::failed_precondition;
    services_.log.write(refused ? LogLevel::debug : LogLevel::error,
                        "entity.commit_lost",
                        LogContext(*entity, {{"error", result.error().detail}}));
    answer_commit(*waiting->run, result);
    // Earlier runs have commits of their own. Later runs have worked on the lost state, so they are
    // lost too.
    evict(*entity,
          result.error().detail,
          static_cast<std::size_t>(waiting - entity->pending_effects.begin()));
    return;
  }
  if (waiting != entity->pending_effects.end()) {
    waiting->committed = true;
    parts_.journal.on_stored(id, waiting->run->effects.close ? UINT64_MAX : waiting->run->position);
    parts_.effects.flush_in_order(*entity);
  }
  remove_if_over(*entity);
}

// The last write must have ended, because opening the entity again must read its result.
void Committer::remove_if_over(Entity& entity) {
  if (entity.writes.commits != 0 || parts_.mailboxes.is_working_on(entity) ||
      !entity.pending_effects.empty())
    return;
  if (entity.phase() == Entity::Phase::ending) {
    if (entity.kind().match) services_.streams().close(entity.stream());
    parts_.loader.remove(entity, true);  // its messages are delivered again, and find no entity
  } else if (entity.phase() == Entity::Phase::gone) {
    parts_.loader.remove(entity, true);
  }
}

void Committer::answer_commit(Run& run, const Result<>& result) {
  std::vector<RecentAnswers::Reply> retries;
  if (has_idempotency_key(run)) {
    const std::string name = RecentAnswers::name(
        answer_scope(run.input.user_id, run.handler().name), run.input.idempotency_key);
    retries = result ? parts_.idempotency.recent().committed(name)
                     : parts_.idempotency.recent().lost(name);
  }
  const ServedBy& by = run.generation->served_by();
  Outcome outcome{Errc::ok, {}, by};
  if (result) {
    outcome.payload = std::move(run.reply);
  } else if (result.error().code == Errc::failed_precondition) {
    outcome = Outcome::refused(result.error(), by);
  } else {
    outcome = Outcome::refused(Errc::unavailable, "The change could not be stored", by);
  }
  for (RecentAnswers::Reply& retry : retries) retry(outcome);
  run.input.answer(std::move(outcome));
}

void Committer::evict(Entity& entity, const std::string& reason, std::size_t runs_left) {
  services_.log.write(LogLevel::warn, "entity.evicted", LogContext(entity, {{"reason", reason}}));
  const auto try_again = [this, &entity, &reason](Input& input) {
    if (input.trigger == abi::Trigger::timer) parts_.timers.put_back(entity, input, reason);
    parts_.mailboxes.try_again_later(entity.id, input);
  };
  const auto first_lost = entity.pending_effects.begin() + static_cast<std::ptrdiff_t>(runs_left);
  for (auto lost = first_lost; lost != entity.pending_effects.end(); ++lost) {
    answer_commit(*lost->run, Error{Errc::unavailable, reason});
    if (!lost->committed) try_again(lost->run->input);
    parts_.runner.recycle(std::move(lost->run));
  }
  entity.pending_effects.erase(first_lost, entity.pending_effects.end());
  if (entity.run != nullptr) {
    entity.run->input.answer(
        Outcome::refused(Errc::unavailable, reason, entity.run->generation->served_by()));
    if (entity.run->unit.has_reserved)
      services_.env.ledger.cancel(entity.run->unit.id, entity.run->id);
    // The run ends here and cannot compensate the work of its callees, so abandon the whole unit.
    if (entity.run->unit.id != 0) services_.env.store.abandon(entity.run->unit.id);
    try_again(entity.run->input);
  }
  parts_.timers.keep_tries(entity);
  // The stored timers and ticks must go off even if no message comes, so load the entity again.
  const bool awake = !entity.table().timers.empty() || entity.kind().tick_hz != 0;
  if (awake || parts_.mover.keeps_awake()) parts_.loader.wake_later(entity.id);
  parts_.timers.disarm(entity);
  parts_.states.destroy_state(entity);
  entity.enter(Entity::Phase::gone);
  remove_if_over(entity);
}

}  // namespace serai::runtime
