// StoredEntities: work on stored entities over all shards. It loads entities that have timers or
// ticks, redelivers messages that were committed and not received, and finds stored entities that
// their generation cannot read. It lists stored entities page by page and passes each to its shard.
//
// Errors  the store's; a generation's reason when it cannot read a stored entity.
// Thread  the loader thread, or the main thread while no swap can begin. Every call blocks.
// Owner   borrows its parts, which outlive it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "runtime/routing/generations.hpp"
#include "runtime/shard_calls.hpp"

namespace serai::runtime {

class StoredEntities {
 public:
  StoredEntities(const Environment& env, ShardCalls& calls, const Generations& generations)
      : env_(env), calls_(calls), generations_(generations) {}

  // Loads the dormant entities of each kind of `serving` that has timers or ticks. Kinds that had
  // them in `before` too are left out, because their entities are in memory already.
  Result<> wake_kinds(const std::vector<LoadedGeneration*>& serving,
                      const std::vector<LoadedGeneration*>& before);
  // Delivers the messages that were committed and not received before the last stop. Returns when
  // they are posted, not when they are handled.
  Result<> redeliver_outbox();

  // Reads the journal, and passes its inputs to the shards. Call before an entity is loaded. Rows
  // that cannot be read are logged and left.
  Result<> recover_journal();
  // Loads the entities that have inputs in the journal.
  void wake_journaled();

  // Checks whether `target` could read every dormant entity. After an error no entity may move. A
  // failing store is not an error here, because it may be the reason for an urgent rollback.
  Result<> try_sleepers(const Directory& target);
  // Rewrites the stored entities that `serving` cannot read, whether they are dormant or in memory.
  // After a rollback to an older schema, only the newer generation can read the entities that it
  // has stored, so this must end before that generation is closed and before the host stops.
  Result<> rewrite_unreadable(const Directory& serving);

 private:
  // Checks stored entities on their shard, and calls `done` there.
  using Check =
      std::function<void(ShardRuntime& shard, std::vector<EntityId> ids, RecordsDone done)>;

  Result<> wake_kind(const std::string& kind);
  Result<std::vector<EntityId>> list_page(EntityQuery query);
  std::vector<std::vector<EntityId>> by_shard(std::vector<EntityId> ids) const;
  void lend_readers();
  bool may_be_unreadable(const KindRoute& route) const;
  std::vector<const KindRoute*> unreadable_routes(const Directory& target) const;
  void check_kind(const KindRoute& route, const Check& check, StoredCheck& found);
  Result<> check_all(const Directory& target, int passes_max, const Check& check);

  const Environment& env_;
  ShardCalls& calls_;
  const Generations& generations_;
  std::vector<EntityId> journaled_;  // until they are loaded
};

}  // namespace serai::runtime
