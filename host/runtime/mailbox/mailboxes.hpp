// Mailboxes: deliver messages to entities, in turns, and refuse those for which there is no room.
//
// Only this part tracks whether an entity is being worked on.
//
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

  bool refuse_when_shutting_down(Input& input);
  void deliver(const EntityId& id, Input&& input);
  void forward(const EntityId& id, Input&& input);  // to the entity's shard, by post

  bool try_again_later(const EntityId& id, Input& input);
  // Handles the next messages, unless the entity is being worked on already.
  void pump(Entity& entity);
  // Between the two the mailbox waits; end_work() continues with it.
  void begin_work(Entity& entity);
  void end_work(Entity& entity);
  bool is_working_on(const Entity& entity) const;

 private:
  Mailbox::Rank rank_of(const Entity& entity, const Input& input) const;
  void enqueue(Entity& entity, Input&& input);
  bool is_free(const Entity& entity) const;

  ShardServices& services_;
  ShardParts& parts_;
};

}  // namespace serai::runtime
