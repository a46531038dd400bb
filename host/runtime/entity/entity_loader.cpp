#include "runtime/entity/entity_loader.hpp"

#include <algorithm>
#include <utility>

#include "model/placement.hpp"
#include "runtime/log_fields.hpp"
#include "runtime/shard_parts.hpp"

namespace serai::runtime {
namespace {

constexpr std::int64_t kRetryMs = 1'000;

}  // namespace

void EntityLoader::wake(const std::vector<EntityId>& ids) {
  for (const EntityId& id : ids) {
    if (const Entity* entity = parts_.table.find(id); entity != nullptr) {
      if (entity->phase() == Entity::Phase::gone) wake_later(id);  // a write is under way
      continue;
    }
    parts_.table.add(id, services_.env.clock.now_ms());
    services_.env.store.load(
        id, services_.shard, [this, id](Result<std::optional<StoredEntity>> stored) {
          if (!stored) wake_later(id);
          on_loaded(id, std::move(stored));
        });
  }
}

void EntityLoader::wake_later(const EntityId& id) {
  services_.shard.after(kRetryMs, [this, id] { wake({id}); });
}

void EntityLoader::on_loaded(const EntityId& id, Result<std::optional<StoredEntity>> stored) {
  Entity* entity = parts_.table.find(id);
  if (entity == nullptr || entity->phase() != Entity::Phase::loading) return;
  if (!stored) {
    refuse_all(*entity, Errc::unavailable, stored.error().detail);
    remove(*entity, false);
  } else if (stored->has_value()) {
    open_from_stored(*entity, **std::move(stored));
  } else {
    parts_.timers.forget_tries(id);
    parts_.journal.on_erased(id);
    refuse_until_creator(*entity);
    if (entity->mailbox.empty()) {
      remove(*entity, false);
    } else {
      open_fresh(*entity);
    }
  }
}

void EntityLoader::open_from_stored(Entity& entity, StoredEntity stored) {
  const KindRoute* route = services_.directory->route(entity.id);
  Result<HostState> host = HostState::decode(stored.host_state);
  std::string reason;
  if (route == nullptr) {
    reason = "no module has the kind '" + entity.id.kind + "'";
  } else if (!host) {
    reason = host.error().detail;
  } else if (const Result<> readable = parts_.upgrader.make_readable(*route, stored); !readable) {
    reason = readable.error().detail;
  } else {
    auto state = parts_.states.import_state(
        *route->generation, route->kind_index, entity.id, stored.schema, stored.state);
    if (state) {
      parts_.states.adopt(entity, *route, *state);
      entity.host = *std::move(host);
      entity.writes.stored = true;
      entity.born = true;
      parts_.undo.set_snapshot(entity, stored.schema, std::move(stored.state));
      parts_.timers.recall_tries(entity);
      parts_.timers.recall_crash(entity);
      parts_.journal.on_loaded(entity);
      become_ready(entity);
      return;
    }
    reason = state.error().detail;
    ++route->generation->figures(services_.shard.index()).unreadable;
  }
  services_.log.write(LogLevel::error,
                      "entity.unreadable",
                      LogContext(route == nullptr ? nullptr : route->generation,
                                 entity.id,
                                 {{"schema", stored.schema}, {"error", reason}}));
  parts_.mover.leave_asleep(entity.id);
  refuse_all(entity, Errc::data_loss, entity.id.kind + " cannot be read: " + reason);
  remove(entity, false);
}

Result<> EntityLoader::check(StoredEntity stored) const {
  const KindRoute* route = services_.directory->route(stored.id);
  if (route == nullptr) {
    return {Errc::unimplemented, "no module has the kind '" + stored.id.kind + "'"};
  }
  if (auto host = HostState::decode(stored.host_state); !host) return host.error();
  if (auto readable = parts_.upgrader.make_readable(*route, stored); !readable) return readable;
  const auto state = parts_.states.import_state(
      *route->generation, route->kind_index, stored.id, stored.schema, stored.state);
  if (!state) return state.error();
  parts_.states.give_back(route->generation->generation(), route->kind_index, *state);
  return success();
}

void EntityLoader::open_fresh(Entity& entity) {
  const KindRoute* route = services_.directory->route(entity.id);
  if (route == nullptr || !parts_.states.create_state(entity, *route)) {
    refuse_all(entity, Errc::internal, entity.id.kind + " could not be created");
    remove(entity, false);
    return;
  }
  // With a fixed host seed, the generator's seed depends on that seed and the id alone, so that a
  // simulation repeats itself.
  const std::uint64_t seed = services_.env.options.seed;
  entity.host.generator.seed = seed != 0 ? hash_of_address(entity.id.kind, entity.id.key) ^ seed
                                         : Uuid::make_random().hash();
  entity.host.create_ms = services_.env.clock.now_ms();
  entity.snapshot.generator = entity.host.generator;
  become_ready(entity);
}

void EntityLoader::refuse_all(Entity& entity, Errc code, const std::string& text) {
  for (Input& input : entity.mailbox.take_all()) {
    if (code == Errc::unavailable && parts_.mailboxes.try_again_later(entity.id, input)) continue;
    input.answer(Outcome::refused(code, text, entity.served_by()));
  }
}

// Nothing is stored under this id, so only a message whose handler has `creates` may open the
// entity. Refuses the waiting messages before the first such message.
void EntityLoader::refuse_until_creator(Entity& entity) {
  const KindRoute* route = services_.directory->route(entity.id);
  if (route == nullptr) {  // a swap has removed the kind meanwhile
    return refuse_all(
        entity, Errc::unimplemented, "no module has the kind '" + entity.id.kind + "'");
  }
  while (!entity.mailbox.empty()) {
    const Input& input = entity.mailbox.front();
    const int handler = input.handler == nullptr ? -1 : route->generation->rpc(input.handler);
    if (handler >= 0 && route->generation->handler(handler).creates) return;
    parts_.idempotency.refuse_unknown(*route, handler, entity.mailbox.pop_front());
  }
}

void EntityLoader::become_ready(Entity& entity) {
  entity.enter(Entity::Phase::ready);
  for (const auto& [id, timer] : entity.host.timers) parts_.timers.arm(entity, id);
  if (entity.born) parts_.timers.arm_tick(entity);
  parts_.mailboxes.pump(entity);
}

void EntityLoader::remove(Entity& entity, bool redeliver) {
  parts_.timers.disarm(entity);
  parts_.states.destroy_state(entity);
  const EntityId id = entity.id;
  std::vector<Input> inputs = entity.mailbox.take_all();
  parts_.table.erase(id);
  for (Input& input : inputs) {
    if (redeliver) {
      parts_.mailboxes.forward(id, std::move(input));
    } else {
      input.answer(
          Outcome::refused(Errc::unavailable, id.kind + " is not available now, try again"));
    }
  }
}

}  // namespace serai::runtime
