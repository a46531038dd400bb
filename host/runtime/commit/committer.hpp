// Committer: stages what a successful handler wrote, and handles the result from storage.
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

  void apply_to_host_state(Entity& entity, Run& run);
  void commit(RunPtr run);
  static EntityRecord record_of(const Entity& entity);
  void remove_if_over(Entity& entity);
  void answer_commit(Run& run, const Result<>& result);
  void evict(Entity& entity, const std::string& reason, std::size_t effects_kept);

 private:
  void add_effects(Run& run, Writes& writes);
  void on_committed(const EntityId& id, std::uint64_t run_id, const Result<>& result);

  ShardServices& services_;
  ShardParts& parts_;
};

}  // namespace serai::runtime
