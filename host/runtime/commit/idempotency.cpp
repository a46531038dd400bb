#include "runtime/commit/idempotency.hpp"

#include <algorithm>
#include <utility>

#include "runtime/shard_parts.hpp"
#include "runtime/shard_runtime.hpp"

namespace serai::runtime {
namespace {

Outcome mismatch() { return Outcome::refused(idempotency_mismatch()); }

Outcome outcome_of(IdempotentAnswer&& stored, const Input& input) {
  if (stored.request_hash != stable_hash(input.payload)) return mismatch();
  return {Errc::ok, std::move(stored.payload)};
}

}  // namespace

Idempotency::Idempotency(ShardServices& services, ShardParts& parts)
    : services_(services),
      parts_(parts),
      keys_(services.shard),
      recent_(services.env.options.limits.recent_answer_bytes) {}

void Idempotency::find_idempotency_key(const LoadedGeneration& generation,
                                       const abi::HandlerContract& handler,
                                       Input& input) {
  if (!handler.idempotent || !input.idempotency_key.empty() || handler.request.empty()) return;
  input.idempotency_key =
      generation.generation().transcoder->field(handler.request, "idem_key", input.payload);
}

bool Idempotency::answer_from_memory(Input& input, const std::string& name) {
  RecentAnswers::Entry* entry = recent_.find(name);
  if (entry == nullptr) return false;
  if (entry->request_hash != stable_hash(input.payload)) {
    input.answer(mismatch());
  } else if (entry->committed) {
    input.answer({Errc::ok, entry->payload});
  } else if (input.reply) {
    entry->waiting.push_back(std::move(input.reply));
  }
  return true;
}

void Idempotency::look_up_answer(Entity& entity, Input input, int handler_index) {
  const abi::HandlerContract& handler = entity.generation->handler(handler_index);
  std::string name =
      RecentAnswers::name(answer_scope(input.user_id, handler.name), input.idempotency_key);
  if (answer_from_memory(input, name)) return;
  ShardParts& home = services_.peers[stable_hash(name) % services_.peers.size()]->parts();
  if (&home == &parts_) {
    // A claimed key belongs to a call on another entity: on this entity, a second call waits in the
    // mailbox until the first has ended.
    if (!keys_.claim(name)) return input.answer(mismatch());
    input.key_claim = keys_.own(std::move(name));
    begin_lookup(entity, std::move(input), handler_index);
    return ask_for_answer(entity);
  }
  begin_lookup(entity, std::move(input), handler_index);
  home.services.shard.post(
      [this, &home, id = entity.id, run_id = entity.run->id, name = std::move(name)]() mutable {
        const bool own = home.idempotency.keys_.claim(name);
        services_.shard.post(
            [this, &home, id = std::move(id), run_id, name = std::move(name), own]() mutable {
              on_key_claimed(
                  id, run_id, own ? home.idempotency.keys_.own(std::move(name)) : nullptr);
            });
      });
}

void Idempotency::ask_for_answer(const Entity& entity) {
  const Run& run = *entity.run;
  services_.env.store.find_answer(
      answer_scope(run.input.user_id, run.handler().name),
      run.input.idempotency_key,
      services_.shard,
      [this, id = entity.id, run_id = run.id](Result<std::optional<IdempotentAnswer>> found) {
        on_answer_found(id, run_id, std::move(found));
      });
}

Entity* Idempotency::find_in_lookup(const EntityId& id, std::uint64_t run_id) {
  Entity* entity = parts_.table.find(id);
  const bool looks_up = entity != nullptr && entity->phase() == Entity::Phase::looking_up;
  return looks_up && entity->run->id == run_id ? entity : nullptr;
}

void Idempotency::begin_lookup(Entity& entity, Input&& input, int handler_index) {
  entity.run = parts_.runner.take_run(*entity.generation, handler_index, std::move(input));
  entity.enter(Entity::Phase::looking_up);
}

Input Idempotency::end_lookup(Entity& entity) {
  RunPtr run = std::move(entity.run);
  Input input = std::move(run->input);
  parts_.runner.recycle(std::move(run));
  entity.enter(Entity::Phase::ready);
  return input;
}

void Idempotency::on_key_claimed(const EntityId& id, std::uint64_t run_id, KeyClaim claim) {
  Entity* entity = find_in_lookup(id, run_id);
  if (entity == nullptr) return;
  if (claim) {
    entity->run->input.key_claim = std::move(claim);
    return ask_for_answer(*entity);
  }
  end_lookup(*entity).answer(mismatch());
  parts_.mailboxes.pump(*entity);
}

void Idempotency::on_answer_found(const EntityId& id,
                                  std::uint64_t run_id,
                                  Result<std::optional<IdempotentAnswer>> found) {
  Entity* entity = find_in_lookup(id, run_id);
  if (entity == nullptr) return;
  const int handler_index = entity->run->handler_index;
  Input input = end_lookup(*entity);
  parts_.mailboxes.begin_work(*entity);
  if (!found) {
    input.answer(Outcome::refused(Errc::unavailable, found.error().detail));
  } else if (!found->has_value()) {
    const bool opens = entity->generation->handler(handler_index).key == abi::KeyRule::fresh;
    if (opens && entity->writes.stored) {
      // An earlier call with this key has created the entity. Its answer is not stored any more.
      input.answer(Outcome::refused(
          Errc::already_exists, "This idempotency key was used before", entity->served_by()));
    } else {
      parts_.runner.execute(*entity, std::move(input), handler_index);
    }
  } else {
    input.answer(outcome_of(**std::move(found), input));
  }
  parts_.mailboxes.end_work(*entity);
}

void Idempotency::refuse_unknown(const KindRoute& route, int handler_index, Input input) {
  if (input.outbox_id != 0) {
    // The entity has ended. Remove its message from the store; otherwise every start would deliver
    // it again.
    services_.dead_letters.count(DeadLetter::send_unknown);
    services_.log.debug(
        "message.dead_letter",
        {{"why", name_of(DeadLetter::send_unknown)},
         {"kind", *route.name},
         {"handler", input.handler == nullptr ? std::string_view() : *input.handler},
         {"caller_kind", input.caller.kind},
         {"caller_key", input.caller.key},
         {"player_id", input.user_id.text()}});
    Writes writes;
    writes.outbox_done.push_back(input.outbox_id);
    const UnitId unit = services_.env.store.next_unit();
    services_.env.store.stage(unit, std::move(writes), services_.shard, [](const Result<>&) {});
    services_.env.store.finish(unit);
  }
  Outcome refused =
      Outcome::refused(Errc::not_found, *route.name + " not found", route.generation->served_by());
  if (handler_index < 0 || !input.from_client) return input.answer(std::move(refused));
  const abi::HandlerContract& handler = route.generation->handler(handler_index);
  find_idempotency_key(*route.generation, handler, input);
  if (!handler.idempotent || input.idempotency_key.empty()) {
    return input.answer(std::move(refused));
  }
  const std::string scope = answer_scope(input.user_id, handler.name);
  const std::string key = input.idempotency_key;
  if (answer_from_memory(input, RecentAnswers::name(scope, key))) return;
  services_.env.store.find_answer(scope,
                                  key,
                                  services_.shard,
                                  [input = std::move(input), refused = std::move(refused)](
                                      Result<std::optional<IdempotentAnswer>> found) mutable {
                                    if (found && found->has_value()) {
                                      refused = outcome_of(**std::move(found), input);
                                    } else if (!found) {
                                      refused =
                                          Outcome::refused(Errc::unavailable, found.error().detail);
                                    }
                                    input.answer(std::move(refused));
                                  });
}

}  // namespace serai::runtime
