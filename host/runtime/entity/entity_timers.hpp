// EntityTimers: timers and ticks of entities, armed on the shard while the entity is in memory.
//
// A timer is taken off while its handler runs. If that fails it is put back, to be due again later.
// runtime/README.md, "Timers", has the rules.
//
// Thread  the shard's.
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

  void arm(Entity& entity, std::uint64_t id);
  bool take(Entity& entity, const Input& input);
  void put_back(Entity& entity, const Input& input, std::string_view reason);
  void retry(Entity& entity, const Input& input, std::string_view reason);
  void keep_tries(const Entity& entity);
  void recall_tries(Entity& entity);
  void recall_crash(Entity& entity);
  WaitingTimers waiting(std::size_t max) const;
  void arm_tick(Entity& entity);
  void disarm(Entity& entity);
  void set_crash(TimerCrash crash) { crash_ = std::move(crash); }      // before the shard runs
  void forget_tries(const EntityId& id) { unsaved_tries_.erase(id); }  // it is not stored

 private:
  bool give_up(Entity& entity, std::uint64_t id);

  ShardServices& services_;
  ShardParts& parts_;
  // Timers of evicted entities whose tries are not stored, until the entities are open again.
  std::map<EntityId, std::map<std::uint64_t, EntityTimer>> unsaved_tries_;
  std::optional<TimerCrash> crash_;  // until the entity is open
};

}  // namespace serai::runtime
