// Mailboxes: delivers messages to the entities of the shard, one at a time for each entity, and
// refuses messages when a mailbox is full. It also marks the entity that is being worked on, so
// that a handler is never entered while another handler of its entity runs.
//
// Errors  a refused message is answered: unavailable (the host shuts down), resource_exhausted (a
//         quota, a full mailbox), unimplemented (no module has the kind).
// Thread  the shard's.
// Owner   ShardRuntime.
#pragma once

#include "model/entity_id.hpp"
#include "ports/game.hpp"
#include "runtime/mailbox/input.hpp"
#include "runtime/mailbox/mailbox.hpp"

namespace serai::runtime {

struct Entity;
struct ShardParts;
struct ShardServices;

class Mailboxes {
 public:
  Mailboxes(ShardServices& services, ShardParts& parts) : services_(services), parts_(parts) {}

  // True: the host shuts down, and the message was refused. Calls of a chain that has begun are
  // still accepted.
  bool refuse_when_shutting_down(Input& input);
  // Handles the message at once, or queues it. Opens the entity when it is not in memory. The
  // entity must belong to this shard.
  void deliver(const EntityId& id, Input&& input);
  // Delivers on the entity's own shard, by post.
  void forward(const EntityId& id, Input&& input);

  // Takes a message that must arrive exactly once, and delivers it again a second later, because
  // the failure may be temporary. False: the message is of another sort, and stays with the caller.
  bool try_again_later(const EntityId& id, Input& input);
  // Handles the waiting messages in turn, and moves the entity if a switch requires it. Does
  // nothing while the entity is being worked on. The entity may be gone afterwards.
  void pump(Entity& entity);
  // Mark the entity as being worked on, so that its messages wait. end_work() then handles them,
  // and the entity may be gone afterwards.
  void begin_work(Entity& entity);
  void end_work(Entity& entity);
  bool is_working_on(const Entity& entity) const;

 private:
  Mailbox::Rank rank_of(const Entity& entity, const Input& input) const;
  // Queues the message, and refuses the one for which there is no room.
  void enqueue(Entity& entity, Input&& input);
  bool is_free(const Entity& entity) const;
  bool must_move(const Entity& entity) const;  // before it handles its next message
  // Handles the next message. `left`: how many more the entity may handle in this turn; after them
  // pump() goes on in another turn. False: no message can be handled now.
  bool handle_next(Entity& entity, int& left);
  // Removes the entity if it has ended, or if no handler has created it.
  void remove_if_over(Entity& entity);

  ShardServices& services_;
  ShardParts& parts_;
};

}  // namespace serai::runtime
