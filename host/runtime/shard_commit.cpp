// Committing: what a successful handler wrote goes to storage, what it wanted done outside is
// released.
#include <algorithm>
#include <functional>
#include <type_traits>

#include "runtime/about.hpp"
#include "runtime/shard_runtime.hpp"
#include "serai/abi.h"

namespace serai {
namespace {

bool has_idempotency_key(const Run& run) {
  return run.handler().idempotent && run.input.from_client && !run.input.idempotency_key.empty();
}

}  // namespace

bool ShardRuntime::render_reply(Run& run) const {
  const HandlerContract& handler = run.handler();
  if (handler.trigger != Trigger::rpc || !run.input.from_client || handler.reply.empty())
    return true;
  auto json = run.generation->generation().transcoder->to_json(handler.reply, run.reply);
  if (!json) {
    run.error_text = handler.name + " answered bytes that are no " + handler.reply;
    return false;
  }
  run.reply = *std::move(json);
  return true;
}

void ShardRuntime::apply_to_host_state(Entity& entity, Run& run) {
  if (run.effects.label) entity.host.label = *std::move(run.effects.label);
  for (TimerChange& change : run.effects.timers) {
    auto& timers = entity.host.timers;
    if (const auto found = timers.find(change.id); found != timers.end()) {
      if (found->second.armed != 0) shard_.cancel(found->second.armed);
      timers.erase(found);
    }
    if (!change.set) continue;
    timers.emplace(
        change.id,
        EntityTimer{change.due_ms, std::move(change.handler), std::move(change.payload), 0, {}});
    arm_timer(entity, change.id);
  }
}

void ShardRuntime::commit(RunPtr run) {
  Entity* entity = run->entity;
  Writes writes;
  if (entity != nullptr) {
    if (run->effects.close) {
      writes.erased.push_back(entity->id);
      entity->phase = Entity::Phase::ending;
      disarm(*entity);
    } else {
      writes.entities.push_back(record_of(*entity));
    }
  }
  add_effects(*run, writes);
  writes.player = run->input.user_id;
  charge_writes(writes.player, writes);
  if (run->has_holds) env_.store.settle(unit_of(*run), run->id, true);
  // A caller goes on at once: its commit and this one are the same unit.
  if (run->input.is_called()) run->input.answer({Errc::ok, run->reply, {}});

  const UnitId unit = unit_of(*run);
  const bool finishes = run->opened_unit;
  const std::uint64_t run_id = run->id;
  EntityId id;
  if (entity != nullptr) {
    id = entity->id;
    ++entity->commits;
    entity->dirty = false;
    entity->staged_hash = 0;  // of an earlier state, which may come back
    entity->stored = true;
    entity->releases.push_back({std::move(run), false});
  } else {
    stateless_[run_id] = std::move(run);
  }
  env_.store.stage(unit, std::move(writes), shard_, [this, id, run_id](const Result<>& result) {
    on_committed(id, run_id, result);
  });
  if (finishes) env_.store.finish(unit);
}

// What of the effects is stored: messages that must arrive, notifications, the answer to a retry.
void ShardRuntime::add_effects(Run& run, Writes& writes) {
  for (OutsideEffect& effect : run.effects.outside) {
    if (auto* message = std::get_if<OutboxMessage>(&effect)) {
      message->id = env_.store.next_outbox_id();
      writes.outbox.push_back(*message);
    } else if (const auto* notification = std::get_if<Notification>(&effect)) {
      if (notification->persistent) writes.notifications.push_back(*notification);
    }
  }
  if (run.input.outbox_id != 0) writes.outbox_done.push_back(run.input.outbox_id);
  if (has_idempotency_key(run)) {
    IdempotentAnswer answer;
    answer.scope = answer_scope(run.input, run.handler().name);
    answer.key = run.input.idempotency_key;
    answer.request_hash = stable_hash(run.input.payload);
    answer.payload = run.reply;
    // The key of a call on another entity that was quicker: the store refuses this one.
    const bool own = recent_.add(
        RecentAnswers::name(answer.scope, answer.key), answer.request_hash, answer.payload);
    if (!own) run.input.idempotency_key.clear();
    writes.answers.push_back(std::move(answer));
  }
}

// As it was when its snapshot was taken.
EntityRecord ShardRuntime::record_of(const Entity& entity) {
  EntityRecord record;
  record.id = entity.id;
  record.schema = entity.kind().schema;
  record.module_version = entity.generation->contract().version;
  record.host_state = entity.host.encode();
  record.state = entity.snapshot.bytes;
  return record;
}

void ShardRuntime::on_committed(const EntityId& id, std::uint64_t run_id, const Result<>& result) {
  Entity* entity = id.kind.empty() ? nullptr : find(id);
  if (entity == nullptr) {
    auto node = stateless_.extract(run_id);
    if (node.empty()) return;
    RunPtr run = std::move(node.mapped());
    answer_commit(*run, result);
    if (result) release(*run);
    recycle(std::move(run));
    return;
  }
  --entity->commits;
  const auto waiting = std::ranges::find_if(
      entity->releases,
      [run_id](const PendingRelease& release) { return release.run->id == run_id; });
  if (waiting != entity->releases.end() && !result) {
    // A refusal is its caller's doing, anything else the disk's.
    const bool refused = result.error().code == Errc::failed_precondition;
    log_.write(refused ? LogLevel::debug : LogLevel::error,
               "entity.commit_lost",
               About(*entity, {{"error", result.error().detail}}));
    answer_commit(*waiting->run, result);
    // What came before has commits of its own; what came after has built on what is lost.
    evict(*entity,
          result.error().detail,
          static_cast<std::size_t>(waiting - entity->releases.begin()));
    return;
  }
  if (waiting != entity->releases.end()) {
    waiting->committed = true;
    release_in_order(*entity);
  }
  remove_if_over(*entity);
}

// An entity that has ended or was evicted goes when its last write is done: whoever opens it next
// must read what that write left.
void ShardRuntime::remove_if_over(Entity& entity) {
  if (entity.commits != 0 || entity.pumping || !entity.releases.empty()) return;
  if (entity.phase == Entity::Phase::ending) {
    if (entity.kind().match) streams_of_(shard_.index()).close(entity.stream());
    remove(entity, true);  // what is still in the mailbox finds nothing there
  } else if (entity.phase == Entity::Phase::gone) {
    remove(entity, true);
  }
}

void ShardRuntime::answer_commit(Run& run, const Result<>& result) {
  std::vector<RecentAnswers::Reply> retries;
  if (has_idempotency_key(run)) {
    const std::string name =
        RecentAnswers::name(answer_scope(run.input, run.handler().name), run.input.idempotency_key);
    retries = result ? recent_.committed(name) : recent_.lost(name);
  }
  const ServedBy& by = run.generation->served_by();
  Outcome outcome{Errc::ok, {}, by};
  if (result) {
    outcome.payload = std::move(run.reply);
  } else if (result.error().code == Errc::failed_precondition) {
    outcome = Outcome::refused(Errc::failed_precondition, result.error().detail, by);
  } else {
    outcome = Outcome::refused(Errc::unavailable, "The change could not be stored", by);
  }
  for (RecentAnswers::Reply& retry : retries) retry(outcome);
  run.input.answer(std::move(outcome));
}

void ShardRuntime::release_in_order(Entity& entity) {
  while (!entity.releases.empty() && entity.releases.front().committed) {
    RunPtr run = std::move(entity.releases.front().run);
    entity.releases.pop_front();
    release(*run);
    recycle(std::move(run));
  }
}

// The answer goes first: a player who joins is on the stream before the handler's pushes arrive.
void ShardRuntime::release(Run& run) {
  answer_commit(run, success());
  for (OutsideEffect& effect : run.effects.outside) release_effect(run, std::move(effect));
}

void ShardRuntime::release_effect(const Run& run, OutsideEffect effect) {
  Streams& streams = streams_of_(shard_.index());
  if (const auto* broadcast = std::get_if<BroadcastEffect>(&effect)) {
    MatchData data;
    data.op_code = broadcast->op_code;
    data.data = broadcast->data;
    std::optional<std::span<const Uuid>> targets;
    if (broadcast->targets) targets = std::span<const Uuid>(*broadcast->targets);
    const std::uint32_t reached = streams.send_match_data(run.entity->stream(), data, targets);
    if (reached == 0 && targets) {
      dead_letters_.count(DeadLetter::event_unheard);
      log_.write(
          LogLevel::debug,
          "message.dead_letter",
          About(run, {{"why", name_of(DeadLetter::event_unheard)}, {"op_code", data.op_code}}));
    }
  } else if (const auto* kick = std::get_if<KickEffect>(&effect)) {
    kick_member(*run.entity, kick->session_id);
  } else if (auto* message = std::get_if<OutboxMessage>(&effect)) {
    forward_message(
        std::move(*message), &run.generation->generation(), run.generation->served_by());
  } else if (const auto* notification = std::get_if<Notification>(&effect)) {
    streams.notify(*notification);
  }
}

void ShardRuntime::forward_message(OutboxMessage message,
                                   const Generation* sender,
                                   const ServedBy& sent_by) {
  const auto route = directory_->handler(message.target.kind, message.handler);
  if (!route) {
    dead_letters_.count(DeadLetter::send_unroutable);
    log_.write(LogLevel::error,
               "message.undeliverable",
               About(sender,
                     {{"caller_kind", message.caller_kind},
                      {"caller_key", message.caller_key},
                      {"kind", message.target.kind},
                      {"key", message.target.key},
                      {"handler", message.handler}}));
    return;
  }
  Input input;
  input.handler = route->name;
  input.payload = std::move(message.payload);
  input.caller = {std::move(message.caller_kind), std::move(message.caller_key)};
  input.caller_code = sent_by;
  input.outbox_id = message.id;
  if (const auto user = Uuid::parse(message.user_id)) input.user_id = *user;
  input.trace_id = message.trace_id;
  forward(message.target, std::move(input));
}

// Drops what is in memory; the last committed state comes back with the next message, or by itself
// when it may have timers. `releases_kept` of what waits to be released, the oldest, still get
// their own verdicts from the store.
void ShardRuntime::evict(Entity& entity, const std::string& reason, std::size_t releases_kept) {
  log_.write(LogLevel::warn, "entity.evicted", About(entity, {{"reason", reason}}));
  const auto try_again = [this, &entity, &reason](Input& input) {
    if (input.trigger == Trigger::timer) put_timer_back(entity, input, reason);
    try_again_later(entity.id, input);
  };
  const auto first_lost = entity.releases.begin() + static_cast<std::ptrdiff_t>(releases_kept);
  for (auto release = first_lost; release != entity.releases.end(); ++release) {
    answer_commit(*release->run, Error{Errc::unavailable, reason});
    if (!release->committed) try_again(release->run->input);
    recycle(std::move(release->run));
  }
  entity.releases.erase(first_lost, entity.releases.end());
  if (entity.run != nullptr) {
    entity.run->input.answer(
        Outcome::refused(Errc::unavailable, reason, entity.run->generation->served_by()));
    if (entity.run->has_holds) env_.store.settle(entity.run->unit, entity.run->id, false);
    // Cut short, it cannot take back what others did for it: all of the chain goes.
    if (entity.run->unit != 0) env_.store.abandon(entity.run->unit);
    try_again(entity.run->input);
  }
  keep_tries(entity);
  // Its timers are those on disk now; they must not wait for somebody to ask after it.
  const bool awake = !entity.table().timers.empty() || entity.kind().tick_hz != 0;
  if (awake || keep_awake_) wake_later(entity.id);
  disarm(entity);
  destroy_state(entity);
  entity.phase = Entity::Phase::gone;
  remove_if_over(entity);
}

}  // namespace serai
