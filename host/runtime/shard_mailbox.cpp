// Mailboxes: how a message comes to its entity, whose turn it is, and who finds no room.
#include <algorithm>

#include "runtime/shard_runtime.hpp"

namespace serai {
namespace {

constexpr int kMessagesPerTurn = 64;  // of one entity, before its shard serves others

}  // namespace

bool ShardRuntime::refuse_when_draining(Input& input) {
  // What already belongs to a call chain may finish; new work may not begin.
  if (!draining_ || input.is_called()) return false;
  input.answer(Outcome::refused(Errc::unavailable, std::string(kShuttingDown)));
  return true;
}

void ShardRuntime::deliver(const EntityId& id, Input&& input) {
  if (refuse_when_draining(input) || refuse_over_quota(input)) return;
  if (Entity* entity = find(id)) {
    if (is_free(*entity)) {
      entity->pumping = true;
      start(*entity, std::move(input));
      entity->pumping = false;
      pump(*entity);
      return;
    }
    enqueue(*entity, std::move(input));
    pump(*entity);
    return;
  }
  if (directory_ == nullptr || directory_->kind(id.kind) == nullptr) {
    input.answer(Outcome::refused(Errc::unimplemented, "no module has the kind '" + id.kind + "'"));
    return;
  }
  const bool fresh = input.fresh;
  Entity& entity = add_loading(id);
  entity.mailbox.push(std::move(input), Mailbox::Rank::other);
  if (fresh) {
    open_fresh(entity);
    return;
  }
  env_.store.load(id, shard_, [this, id](Result<std::optional<EntityRecord>> record) {
    on_loaded(id, std::move(record));
  });
}

// Members of a match come before those who are not in it.
Mailbox::Rank ShardRuntime::rank_of(const Entity& entity, const Input& input) const {
  if (input.trigger == Trigger::timer || input.trigger == Trigger::tick) return Mailbox::Rank::self;
  if (entity.generation == nullptr || !entity.kind().match) return Mailbox::Rank::other;
  const Streams& streams = streams_of_(shard_.index());
  if (!input.session_id.is_nil()) {
    const bool is_in = streams.contains(entity.stream(), input.session_id);
    return is_in ? Mailbox::Rank::member : Mailbox::Rank::other;
  }
  const std::vector<Presence> members = streams.members(entity.stream());
  const bool is_member =
      std::ranges::find(members, input.user_id, &Presence::user_id) != members.end();
  return is_member ? Mailbox::Rank::member : Mailbox::Rank::other;
}

// Somebody is ahead of the message. Who finds no room is refused, whether it is this one or, to
// make room for it, the newest of whoever has most there.
void ShardRuntime::enqueue(Entity& entity, Input&& input) {
  const RuntimeLimits& limits = env_.options.limits;
  const Mailbox::Bounds bounds{limits.mailbox_messages, limits.mailbox_messages_per_caller};
  const Mailbox::Rank rank = rank_of(entity, input);
  const bool is_full = entity.mailbox.size() >= bounds.total;
  std::optional<Input> refused = entity.mailbox.offer(std::move(input), rank, bounds);
  if (!refused || try_again_later(entity.id, *refused)) return;
  const Error beyond =
      is_full ? refusals_.count(
                    Bound::mailbox_messages,
                    entity.id.kind + " is busy: " + std::to_string(bounds.total) + " messages wait")
              : refusals_.count(Bound::mailbox_messages_per_caller,
                                entity.id.kind + " is busy: " + std::to_string(bounds.per_caller) +
                                    " messages of yours wait");
  refused->answer(Outcome::refused(beyond.code, beyond.detail, entity.served_by()));
}

// Nobody is ahead of the next message: it need not lie down in the mailbox first.
bool ShardRuntime::is_free(const Entity& entity) const {
  return entity.phase == Entity::Phase::ready && !entity.pumping && entity.mailbox.empty() &&
         !held_ && !needs_move(entity);
}

void ShardRuntime::pump(Entity& entity) {
  if (entity.pumping) return;
  entity.pumping = true;
  int left = kMessagesPerTurn;
  while (entity.phase == Entity::Phase::ready && (!entity.mailbox.empty() || needs_move(entity))) {
    if (needs_move(entity) && (may_move() || needs_newer(entity))) {
      if (move(entity)) continue;
      if (!entity.mailbox.empty()) stuck_.insert(entity.id);
      break;
    }
    if (entity.mailbox.empty()) break;
    if (holds_back(entity)) break;
    if (left-- == 0) {
      shard_.post([this, id = entity.id] {
        if (Entity* again = find(id)) pump(*again);
      });
      break;
    }
    start(entity, entity.mailbox.pop_front());
  }
  entity.pumping = false;
  const bool phantom =
      entity.phase == Entity::Phase::ready && !entity.born && entity.mailbox.empty();
  if (phantom) entity.phase = Entity::Phase::gone;  // the handler it was opened for did not run
  remove_if_over(entity);
}

}  // namespace serai
