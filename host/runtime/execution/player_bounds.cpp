#include "runtime/execution/player_bounds.hpp"

#include <algorithm>
#include <utility>

#include "runtime/shard_parts.hpp"

namespace serai::runtime {
namespace {

std::string too_long(const std::string& subject, std::uint64_t size, std::uint64_t max) {
  return subject + " has " + std::to_string(size) + " bytes, the limit is " + std::to_string(max);
}

}  // namespace

// The quota is the first check of a message, so that a refused message costs little.
bool PlayerBounds::refuse_over_quota(Input& input) {
  if (!input.from_client && input.trigger != abi::Trigger::join) return false;
  const auto over = services_.quotas.over(input.user_id, services_.env.clock);
  if (!over) return false;
  const Error beyond = services_.refusals.count(
      over->bound, "Your quota is used up: wait " + std::to_string(over->wait_ms) + " ms");
  input.answer(Outcome::refused(beyond));
  return true;
}

// A durable handler waits for the disk. When the disk is overloaded, its queue must not grow.
bool PlayerBounds::refuse_unwritable(const Entity& entity, Input& input) {
  if (!input.from_client) return false;
  const Result<> room = services_.env.store.admits(input.user_id);
  if (room) return false;
  input.answer(Outcome::refused(room.error(), entity.served_by()));
  return true;
}

// An entity that another entity opens on behalf of a player counts as the player's.
bool PlayerBounds::refuse_new_entity(const Entity& entity, Input& input) {
  const auto over = services_.quotas.over(input.user_id, services_.env.clock);
  if (!over || over->bound != Bound::player_entities_per_min) return false;
  if (parts_.mailboxes.try_again_later(entity.id, input)) return true;
  const Error beyond =
      services_.refusals.count(over->bound,
                               "Too many new entities: wait " + std::to_string(over->wait_ms) +
                                   " ms for the next " + entity.id.kind);
  input.answer(Outcome::refused(beyond, entity.served_by()));
  return true;
}

// The caller undoes the handler when this returns false.
bool PlayerBounds::keeps_bounds(Run& run) {
  const RuntimeLimits& limits = services_.env.options.limits;
  const std::size_t size = run.reply.size();
  const bool is_stored = run.handler().idempotent && !run.input.idempotency_key.empty();
  const bool is_long = size > limits.reply_bytes;
  if (!is_long && !(is_stored && size > limits.kept_answer_bytes)) return true;
  const Bound bound = is_long ? Bound::reply_bytes : Bound::kept_answer_bytes;
  const std::uint32_t max = is_long ? limits.reply_bytes : limits.kept_answer_bytes;
  const std::string answer = is_long ? "The answer" : "The answer, which is kept for retries,";
  run.refuse(services_.refusals.count(bound, too_long(answer, size, max)));
  return false;
}

// A state that was stored under a higher limit may still change, but it must not grow.
serai_status PlayerBounds::check_state(const Entity& entity, Run& run, std::size_t bytes) {
  const std::uint32_t max = services_.env.options.limits.state_bytes;
  if (bytes <= max || bytes <= entity.snapshot.bytes.size()) return SERAI_OK;
  const std::string state = "The state of this " + entity.id.kind;
  return run.refuse(services_.refusals.count(Bound::state_bytes, too_long(state, bytes, max)));
}

void PlayerBounds::charge_writes(const Uuid& player, const Writes& writes) {
  using enum PlayerQuotas::Use;
  if (player.is_nil()) return;
  const std::int64_t now_us = services_.env.clock.steady_us();
  services_.quotas.charge(player, written_bytes, static_cast<double>(writes.bytes()), now_us);
  for (const IdempotentAnswer& answer : writes.answers) {
    const std::size_t size = answer.payload.size() + answer.scope.size() + answer.key.size();
    services_.quotas.charge(player, answer_bytes, static_cast<double>(size), now_us);
  }
}

serai_status PlayerBounds::refuse(Run& run, Bound bound, std::uint64_t max) {
  const std::string name(name_of(bound));
  const std::string limit = run.handler().name + " may have " + std::to_string(max) + " " + name;
  return run.refuse(services_.refusals.count(bound, limit));
}

}  // namespace serai::runtime
