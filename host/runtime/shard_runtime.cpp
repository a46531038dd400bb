#include "runtime/shard_runtime.hpp"

#include <algorithm>
#include <utility>

#include "runtime/about.hpp"
#include "runtime/border.hpp"
#include "runtime/rpc_target.hpp"

namespace serai {
namespace {

constexpr std::int64_t kDrainIdleMs = 1'000;
constexpr std::int64_t kSweepMs = 1'000;
constexpr std::int64_t kRetryMs = 1'000;

}  // namespace

StreamId Entity::stream() const { return MatchId{id.key, id.kind}.stream(); }

ShardRuntime::ShardRuntime(const Environment& environment,
                           Shard& shard,
                           const Peers& peers,
                           const StreamsOf& streams)
    : env_(environment),
      shard_(shard),
      peers_(peers),
      streams_of_(streams),
      keys_(shard),
      log_(environment.log),
      recent_(environment.options.limits.recent_answer_bytes),
      refusals_(environment.metrics),
      dead_letters_(environment.metrics),
      quotas_(environment.options.limits) {
  const std::uint64_t seed = env_.options.seed;
  generator_.seed = seed != 0 ? seed + shard.index() : Uuid::make_random().hash();
}

ShardRuntime::~ShardRuntime() {
  for (auto& [id, entity] : entities_) destroy_state(*entity);
}

void ShardRuntime::start_sweeps() {
  sweep_later();
  write_behind_later();
}

void ShardRuntime::sweep_later() {
  shard_.after(kSweepMs, [this] { sweep(); });
}

void ShardRuntime::wake(std::vector<EntityId> ids) {
  for (const EntityId& id : ids) {
    if (const Entity* entity = find(id); entity != nullptr) {
      if (entity->phase == Entity::Phase::gone) wake_later(id);  // its last write is under way
      continue;
    }
    add_loading(id);
    env_.store.load(id, shard_, [this, id](Result<std::optional<EntityRecord>> record) {
      if (!record) wake_later(id);
      on_loaded(id, std::move(record));
    });
  }
}

void ShardRuntime::wake_later(const EntityId& id) {
  shard_.after(kRetryMs, [this, id] { wake({id}); });
}

// A message that must arrive met trouble that passes.
bool ShardRuntime::try_again_later(const EntityId& id, Input& input) {
  if (input.outbox_id == 0) return false;
  auto kept = std::make_unique<Input>(std::move(input));
  shard_.after(kRetryMs, [this, id, kept = std::move(kept)] { deliver(id, std::move(*kept)); });
  return true;
}

void ShardRuntime::redeliver(std::vector<OutboxMessage> messages) {
  for (OutboxMessage& message : messages) {
    const KindRoute* sender = directory_->kind(message.caller_kind);
    forward_message(
        std::move(message), sender == nullptr ? nullptr : &sender->generation->generation(), {});
  }
}

// ---- Messages --------------------------------------------------------------------------------

void ShardRuntime::rpc(RpcRequest&& request, RpcReply&& reply) {
  const RpcRoute* route = directory_ == nullptr ? nullptr : directory_->rpc(request.id);
  if (route == nullptr || !route->handler().client) {
    reply({Error{Errc::not_found, std::string(kUnknownRpc)}});
    return;
  }
  Result<std::string> wire = wire_of(*route, std::move(request.payload));
  if (!wire) {
    reply({std::move(wire).error(), route->generation->served_by()});
    return;
  }
  Input input;
  input.handler = route->name;
  input.from_client = true;
  input.payload = *std::move(wire);
  input.user_id = request.caller.user_id;
  input.username = std::move(request.caller.username);
  input.session_id = request.caller.session_id;
  input.trace_id = request.trace_id;
  input.idempotency_key = std::move(request.idempotency_key);
  Result<EntityId> target = target_of(*route, input);
  if (!target) {
    reply({std::move(target).error(), route->generation->served_by()});
    return;
  }
  const std::uint64_t pending =
      answers_.add(std::move(reply), env_.clock.now_ms() + env_.options.client_deadline_ms);
  input.reply = reply_to_client(pending, shard_.index());
  if (target->kind.empty()) {
    run_stateless(directory_->choose(*route, input.user_id), std::move(input));
  } else if (shard_of(target->kind, target->key, env_.shards.count()) == shard_.index()) {
    deliver(*target, std::move(input));
  } else {
    forward(*target, std::move(input));
  }
}

UniqueFunction<void(Outcome)> ShardRuntime::reply_to_client(std::uint64_t pending,
                                                            std::uint32_t origin) {
  return [peers = &peers_, pending, origin](Outcome outcome) {
    ShardRuntime* home = (*peers)[origin].get();
    if (home->shard_.is_current()) {
      home->answer_client(pending, std::move(outcome));
      return;
    }
    home->shard_.post([home, pending, outcome = std::move(outcome)]() mutable {
      home->answer_client(pending, std::move(outcome));
    });
  };
}

void ShardRuntime::answer_client(std::uint64_t pending, Outcome outcome) {
  RpcReply reply = answers_.take(pending);
  if (!reply) return;  // its deadline has passed
  if (outcome.ok()) {
    reply({std::move(outcome.payload), outcome.by});
  } else {
    reply({Error{outcome.code, std::move(outcome.payload)}, outcome.by});
  }
}

void ShardRuntime::forward(const EntityId& id, Input&& input) {
  ShardRuntime* peer = peers_[shard_of(id.kind, id.key, env_.shards.count())].get();
  peer->shard_.post(
      [peer, id, input = std::move(input)]() mutable { peer->deliver(id, std::move(input)); });
}

// ---- Activation ------------------------------------------------------------------------------

Entity* ShardRuntime::find(const EntityId& id) {
  const auto found = entities_.find(id);
  return found == entities_.end() ? nullptr : found->second.get();
}

Entity& ShardRuntime::add_loading(const EntityId& id) {
  auto entity = std::make_unique<Entity>();
  entity->id = id;
  entity->used_ms = env_.clock.now_ms();
  Entity& out = *entity;
  entities_.emplace(id, std::move(entity));
  entity_count_ = entities_.size();
  return out;
}

void ShardRuntime::on_loaded(const EntityId& id, Result<std::optional<EntityRecord>> record) {
  Entity* entity = find(id);
  if (entity == nullptr || entity->phase != Entity::Phase::loading) return;
  if (!record) {
    refuse_all(*entity, Errc::unavailable, record.error().detail);
    remove(*entity, false);
  } else if (record->has_value()) {
    open_from_record(*entity, **std::move(record));
  } else {
    unsaved_tries_.erase(id);
    refuse_until_creator(*entity);
    if (entity->mailbox.empty()) {
      remove(*entity, false);
    } else {
      open_fresh(*entity);
    }
  }
}

void ShardRuntime::open_from_record(Entity& entity, EntityRecord record) {
  const KindRoute* route = directory_->route(entity.id);
  Result<HostState> host = HostState::decode(record.host_state);
  std::string reason;
  if (route == nullptr) {
    reason = "no module has the kind '" + entity.id.kind + "'";
  } else if (!host) {
    reason = host.error().detail;
  } else if (const Result<> readable = make_readable(*route, record); !readable) {
    reason = readable.error().detail;
  } else {
    auto state =
        import_state(*route->generation, route->kind_index, entity.id, record.schema, record.state);
    if (state) {
      adopt(entity, *route, *state);
      entity.host = *std::move(host);
      entity.stored = true;
      entity.born = true;
      set_snapshot(entity, record.schema, std::move(record.state));
      recall_tries(entity);
      recall_crash(entity);
      become_ready(entity);
      return;
    }
    reason = state.error().detail;
    ++route->generation->figures(shard_.index()).unreadable;
  }
  log_.write(LogLevel::error,
             "entity.unreadable",
             About(route == nullptr ? nullptr : route->generation,
                   entity.id,
                   {{"schema", record.schema}, {"error", reason}}));
  left_.insert(entity.id);
  refuse_all(entity, Errc::data_loss, entity.id.kind + " cannot be read: " + reason);
  remove(entity, false);
}

void ShardRuntime::open_fresh(Entity& entity) {
  const KindRoute* route = directory_->route(entity.id);
  if (route == nullptr || !create_state(entity, *route)) {
    refuse_all(entity, Errc::internal, entity.id.kind + " could not be created");
    remove(entity, false);
    return;
  }
  // The seed is drawn from the id under a fixed host seed, so that a simulation repeats itself.
  const std::uint64_t seed = env_.options.seed;
  entity.host.generator.seed = seed != 0 ? hash_of_address(entity.id.kind, entity.id.key) ^ seed
                                         : Uuid::make_random().hash();
  entity.host.create_ms = env_.clock.now_ms();
  entity.snapshot.generator = entity.host.generator;
  become_ready(entity);
}

bool ShardRuntime::create_state(Entity& entity, const KindRoute& route) {
  const Generation& generation = route.generation->generation();
  serai_entity* state = nullptr;
  const EntityId& id = entity.id;
  const serai_str key{id.key.data(), id.key.size()};
  std::string why;
  static const std::string kCreating = "entity_create";
  const Watched watched(watch_, kCreating, generation.id, env_, &id);
  const serai_status status = guarded(generation, why, [&] {
    return generation.entry->entity_create(
        generation.instance, static_cast<std::uint32_t>(route.kind_index), key, &state);
  });
  if (status != SERAI_OK || state == nullptr) {
    log_.write(LogLevel::error,
               "entity.not_created",
               About(route.generation, id, {{"status", status}, {"error", why}}));
    return false;
  }
  adopt(entity, route, state);
  entity.snapshot = Snapshot{true, 0, {}, entity.host.generator};
  return true;
}

void ShardRuntime::refuse_all(Entity& entity, Errc code, const std::string& text) {
  for (Input& input : entity.mailbox.take_all()) {
    if (code == Errc::unavailable && try_again_later(entity.id, input)) continue;
    input.answer(Outcome::refused(code, text, entity.served_by()));
  }
}

// Nothing is stored under this id: only a handler that creates may open it.
void ShardRuntime::refuse_until_creator(Entity& entity) {
  const KindRoute* route = directory_->route(entity.id);
  if (route == nullptr) {  // a swap took its kind away meanwhile
    return refuse_all(
        entity, Errc::unimplemented, "no module has the kind '" + entity.id.kind + "'");
  }
  while (!entity.mailbox.empty()) {
    const Input& input = entity.mailbox.front();
    const int handler = input.handler == nullptr ? -1 : route->generation->rpc(input.handler);
    if (handler >= 0 && route->generation->handler(handler).creates) return;
    refuse_unknown(*route, handler, entity.mailbox.pop_front());
  }
}

void ShardRuntime::become_ready(Entity& entity) {
  entity.phase = Entity::Phase::ready;
  for (const auto& [id, timer] : entity.host.timers) arm_timer(entity, id);
  if (entity.born) arm_tick(entity);
  pump(entity);
}

void ShardRuntime::remove(Entity& entity, bool redeliver) {
  disarm(entity);
  destroy_state(entity);
  const EntityId id = entity.id;
  std::vector<Input> inputs = entity.mailbox.take_all();
  entities_.erase(id);
  entity_count_ = entities_.size();
  for (Input& input : inputs) {
    if (redeliver) {
      forward(id, std::move(input));
    } else {
      input.answer(
          Outcome::refused(Errc::unavailable, id.kind + " is not available now, try again"));
    }
  }
}

// ---- Sweeps ----------------------------------------------------------------------------------

void ShardRuntime::sweep() {
  for (RpcReply& reply : answers_.take_expired(env_.clock.now_ms())) {
    reply({Error{Errc::deadline_exceeded,
                 "No answer within " + std::to_string(env_.options.client_deadline_ms) +
                     " ms: the call may still be carried out"}});
  }
  refuse_late_joins();
  quotas_.sweep(env_.clock.steady_us());
  passivate_idle({});
}

bool ShardRuntime::is_idle(const Entity& entity) const {
  if (entity.phase != Entity::Phase::ready || entity.pumping || !entity.mailbox.empty() ||
      entity.dirty || entity.commits != 0 || !entity.releases.empty()) {
    return false;
  }
  const KindContract& kind = entity.kind();
  if (kind.tick_hz != 0 || !entity.host.timers.empty()) return false;  // awake, so that they go off
  // Where its successor waits for it to end, it need not stay for its usual time.
  const KindRoute* newest = directory_->kind(entity.id.kind);
  const bool drains = newest != nullptr && newest->generation != entity.generation &&
                      newest->generation->policy().kind == MovePolicy::Kind::drain;
  const std::int64_t idle_ms = drains ? kDrainIdleMs : std::int64_t{kind.idle_s} * 1000;
  return env_.clock.now_ms() - entity.used_ms >= idle_ms;
}

// A part of the entities each millisecond. What they were before the last switch goes with it.
void ShardRuntime::passivate_idle(Walk walk) {
  if (switching_ || keep_awake_) return sweep_later();
  std::vector<Entity*> idle;
  const bool more = walk_on(walk, [this, &idle](Entity& entity) {
    entity.before_switch.reset();
    if (is_idle(entity)) idle.push_back(&entity);
  });
  for (Entity* entity : idle) {
    if (entity->kind().match && streams_of_(shard_.index()).size(entity->stream()) != 0) continue;
    remove(*entity, true);
  }
  if (!more) return sweep_later();
  shard_.after(1, [this, walk] { passivate_idle(walk); });
}

void ShardRuntime::drain(Work done) {
  draining_ = true;
  drained_ = std::move(done);
  for (auto& [id, entity] : entities_) {
    if (entity->phase != Entity::Phase::loading) disarm(*entity);
  }
  // Answers that are still out come from other shards, after those have drained.
  const bool busy = !waiting_.empty() || !stateless_.empty() || answers_.size() != 0 ||
                    std::ranges::any_of(entities_, [](const auto& item) {
                      return !item.second->mailbox.empty() || item.second->commits != 0;
                    });
  if (busy) {
    shard_.after(5, [this] {
      if (drained_) drain(std::exchange(drained_, nullptr));
    });
    return;
  }
  write_all();
  std::exchange(drained_, nullptr)();
}

}  // namespace serai
