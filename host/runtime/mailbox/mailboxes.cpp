#include "runtime/mailbox/mailboxes.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "model/placement.hpp"
#include "runtime/shard_parts.hpp"
#include "runtime/shard_runtime.hpp"

namespace serai::runtime {
namespace {

constexpr std::int64_t kRetryMs = 1'000;

constexpr int kMessagesPerTurn = 64;  // of one entity, before the shard serves other entities

}  // namespace

bool Mailboxes::try_again_later(const EntityId& id, Input& input) {
  if (input.outbox_id == 0) return false;
  auto message = std::make_unique<Input>(std::move(input));
  services_.shard.after(
      kRetryMs, [this, id, message = std::move(message)] { deliver(id, std::move(*message)); });
  return true;
}

void Mailboxes::forward(const EntityId& id, Input&& input) {
  ShardRuntime* peer =
      services_.peers[shard_of(id.kind, id.key, services_.env.shards.count())].get();
  peer->shard().post([peer, id, input = std::move(input)]() mutable {
    peer->parts().mailboxes.deliver(id, std::move(input));
  });
}

bool Mailboxes::refuse_when_shutting_down(Input& input) {
  if (!services_.shutting_down || input.is_called()) return false;
  input.answer(Outcome::refused(Errc::unavailable, std::string(kShuttingDown)));
  return true;
}

void Mailboxes::deliver(const EntityId& id, Input&& input) {
  if (refuse_when_shutting_down(input) || parts_.bounds.refuse_over_quota(input)) return;
  if (Entity* entity = parts_.table.find(id)) {
    if (is_free(*entity)) {
      begin_work(*entity);
      parts_.runner.start(*entity, std::move(input));
      end_work(*entity);
      return;
    }
    enqueue(*entity, std::move(input));
    pump(*entity);
    return;
  }
  if (services_.directory == nullptr || services_.directory->kind(id.kind) == nullptr) {
    input.answer(Outcome::refused(Errc::unimplemented, "no module has the kind '" + id.kind + "'"));
    return;
  }
  const bool fresh = input.fresh;
  Entity& entity = parts_.table.add(id, services_.env.clock.now_ms());
  entity.mailbox.push(std::move(input), Mailbox::Rank::other);
  if (fresh) {
    parts_.loader.open_fresh(entity);
    return;
  }
  services_.env.store.load(
      id, services_.shard, [this, id](Result<std::optional<StoredEntity>> stored) {
        parts_.loader.on_loaded(id, std::move(stored));
      });
}

// A session is a member when its own socket is in the match. A message without a session, such as a
// call of another entity for a player, has the rank of that player.
Mailbox::Rank Mailboxes::rank_of(const Entity& entity, const Input& input) const {
  if (input.trigger == abi::Trigger::timer || input.trigger == abi::Trigger::tick)
    return Mailbox::Rank::self;
  if (entity.generation == nullptr || !entity.kind().match) return Mailbox::Rank::other;
  const Streams& streams = services_.streams();
  if (!input.session_id.is_nil()) {
    const bool is_in = streams.contains(entity.stream(), input.session_id);
    return is_in ? Mailbox::Rank::member : Mailbox::Rank::other;
  }
  const std::vector<Presence> members = streams.members(entity.stream());
  const bool is_member =
      std::ranges::find(members, input.user_id, &Presence::user_id) != members.end();
  return is_member ? Mailbox::Rank::member : Mailbox::Rank::other;
}

void Mailboxes::enqueue(Entity& entity, Input&& input) {
  const RuntimeLimits& limits = services_.env.options.limits;
  const Mailbox::Bounds bounds{limits.mailbox_messages, limits.mailbox_messages_per_caller};
  const Mailbox::Rank rank = rank_of(entity, input);
  const bool is_full = entity.mailbox.size() >= bounds.total;
  std::optional<Input> refused = entity.mailbox.offer(std::move(input), rank, bounds);
  if (!refused || try_again_later(entity.id, *refused)) return;
  const Error beyond =
      is_full ? services_.refusals.count(
                    Bound::mailbox_messages,
                    entity.id.kind + " is busy: " + std::to_string(bounds.total) + " messages wait")
              : services_.refusals.count(Bound::mailbox_messages_per_caller,
                                         entity.id.kind +
                                             " is busy: " + std::to_string(bounds.per_caller) +
                                             " messages of yours wait");
  refused->answer(Outcome::refused(beyond, entity.served_by()));
}

// True when the entity can handle a message at once, without the mailbox.
bool Mailboxes::is_free(const Entity& entity) const {
  return entity.phase() == Entity::Phase::ready && !entity.is_worked_on && entity.mailbox.empty() &&
         !parts_.barrier.is_up() && !parts_.mover.needs_move(entity);
}

void Mailboxes::begin_work(Entity& entity) {
  SERAI_ASSERT(!entity.is_worked_on);
  entity.is_worked_on = true;
}

void Mailboxes::end_work(Entity& entity) {
  entity.is_worked_on = false;
  pump(entity);
}

bool Mailboxes::is_working_on(const Entity& entity) const { return entity.is_worked_on; }

void Mailboxes::pump(Entity& entity) {
  if (entity.is_worked_on) return;
  entity.is_worked_on = true;
  int left = kMessagesPerTurn;
  while (entity.phase() == Entity::Phase::ready &&
         (!entity.mailbox.empty() || parts_.mover.needs_move(entity))) {
    if (must_move(entity)) {
      if (parts_.mover.move(entity)) continue;
      if (!entity.mailbox.empty()) parts_.mover.note_stuck(entity.id);
      break;
    }
    if (!handle_next(entity, left)) break;
  }
  entity.is_worked_on = false;
  parts_.barrier.note_ended();
  remove_if_over(entity);
}

bool Mailboxes::must_move(const Entity& entity) const {
  return parts_.mover.needs_move(entity) &&
         (parts_.mover.may_move() || parts_.mover.needs_newer(entity));
}

bool Mailboxes::handle_next(Entity& entity, int& left) {
  if (entity.mailbox.empty() || parts_.barrier.keeps_waiting(entity)) return false;
  if (left-- == 0) {
    services_.shard.post([this, id = entity.id] {
      if (Entity* again = parts_.table.find(id)) pump(*again);
    });
    return false;
  }
  parts_.runner.start(entity, entity.mailbox.pop_front());
  return true;
}

void Mailboxes::remove_if_over(Entity& entity) {
  const bool phantom =
      entity.phase() == Entity::Phase::ready && !entity.born && entity.mailbox.empty();
  if (phantom) entity.enter(Entity::Phase::gone);  // no handler has created the entity
  parts_.committer.remove_if_over(entity);
}

}  // namespace serai::runtime
