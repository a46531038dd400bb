// EntityTimers: timers and ticks of entities. They are armed on the shard while the entity is in
// memory.
//
// A timer is removed from its entity while its handler runs. If the handler fails, the timer is put
// back and is due again later. runtime/README.md, "Timers", has the rules.
//
// Thread  the shard's; set_crash(): before the shard runs.
// Owner   ShardRuntime.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

#include "model/entity_id.hpp"
#include "runtime/entity/host_state.hpp"
#include "runtime/entity/timer_crash.hpp"
#include "runtime/entity/waiting_timers.hpp"
#include "runtime/mailbox/input.hpp"

namespace serai::runtime {

struct Entity;
struct ShardParts;
struct ShardServices;

class EntityTimers {
 public:
  EntityTimers(ShardServices& services, ShardParts& parts) : services_(services), parts_(parts) {}

  // Arms a timer of the entity for its due time; a timer that is armed already is armed again. When
  // it goes off, its message is put into the mailbox.
  void arm(Entity& entity, std::uint64_t id);
  // Removes the timer of this message from the entity, before its handler runs. False: the timer
  // was cancelled or set again while the message waited, so the message must be dropped.
  bool take(Entity& entity, const Input& input);
  // As take(), for a timer whose message is handled again: it has not gone off in this process.
  // False: it is not set.
  bool take_unfired(Entity& entity, const Input& input);
  // Puts the timer of a failed handler back, with one more try and a later due time. It is not
  // armed.
  void put_back(Entity& entity, const Input& input, std::string_view reason);
  // put_back(), then arms the timer, or removes it when its handler's `retries` are used up.
  void retry(Entity& entity, const Input& input, std::string_view reason);
  // Saves the tries of an entity that is evicted; recall_tries() restores them when it is open
  // again.
  void keep_tries(const Entity& entity);
  void recall_tries(Entity& entity);
  // Counts the crash that set_crash() has reported as a failed try, if the timer is this entity's.
  void recall_crash(Entity& entity);
  // All timers of the shard; lists `max` of them.
  WaitingTimers waiting(std::size_t max) const;
  // Arms the entity's next tick; does nothing for a kind without ticks.
  void arm_tick(Entity& entity);
  // Disarms the tick and all timers of an entity that leaves memory. Its timers stay in HostState.
  void disarm(Entity& entity);
  void set_crash(TimerCrash crash) { crash_ = std::move(crash); }
  void forget_tries(const EntityId& id) { unsaved_tries_.erase(id); }  // the entity is not stored

 private:
  // Removes the timer when it has failed more often than its handler's `retries`. True: removed.
  bool give_up(Entity& entity, std::uint64_t id);

  ShardServices& services_;
  ShardParts& parts_;
  // Timers of evicted entities with tries that may not be on disk, until the entities are open
  // again.
  std::map<EntityId, std::map<std::uint64_t, EntityTimer>> unsaved_tries_;
  std::optional<TimerCrash> crash_;  // until its entity is open
};

}  // namespace serai::runtime
