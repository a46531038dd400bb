// Committer: stages the writes of successful handlers, handles the results from storage, and evicts
// entities whose writes were lost.
//
// Thread  the shard's.
// Owner   ShardRuntime.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "model/entity_id.hpp"
#include "ports/entity_store.hpp"
#include "runtime/execution/run.hpp"

namespace serai::runtime {

struct Entity;
struct ShardParts;
struct ShardServices;

class Committer {
 public:
  Committer(ShardServices& services, ShardParts& parts) : services_(services), parts_(parts) {}

  // Applies the run's label and timers to the entity, and arms the timers.
  void apply_to_host_state(Entity& entity, Run& run);
  // Stages the writes of a durable run in its commit unit; a root run also finishes the unit. The
  // effects are flushed when the unit is on disk, and a client's call is answered then. A calling
  // handler is answered at once.
  void commit(RunPtr run);
  // The entity as it is stored, with the state of its last snapshot.
  static StoredEntity stored_entity_of(const Entity& entity);
  // Erases an entity from memory when it has ended or was evicted. Does nothing while a write or a
  // handler of it is under way; this is called again at the end of that. `entity` may be destroyed.
  void remove_if_over(Entity& entity);
  // Answers the call of a run with the result of its commit, and also its waiting retries.
  void answer_commit(Run& run, const Result<>& result);
  // Drops the entity from memory with its changes that are not on disk; they are lost. The next
  // message loads the stored state. Pending calls are refused with `reason`, except those of the
  // oldest `runs_left` runs, whose commits are still under way. `entity` may be destroyed.
  void evict(Entity& entity, const std::string& reason, std::size_t runs_left);

 private:
  // Adds the effects that are stored: exactly-once messages, notifications, and the answer for
  // retries.
  void add_effects(Run& run, Writes& writes);
  void on_committed(const EntityId& id, std::uint64_t run_id, const Result<>& result);

  ShardServices& services_;
  ShardParts& parts_;
};

}  // namespace serai::runtime
