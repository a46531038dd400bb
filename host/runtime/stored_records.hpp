// StoredRecords: work on stored entities over all shards. It wakes entities, redelivers messages
// that were committed and not received, and finds stored entities that their generation cannot
// read. It lists them page by page and hands each to its shard.
//
// Errors  the store's; a generation's reason when it cannot read a stored entity.
// Thread  the loader thread, or the main thread while no swap may begin.
// Owner   borrows its parts.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "runtime/routing/generations.hpp"
#include "runtime/shard_calls.hpp"

namespace serai::runtime {

class StoredRecords {
 public:
  StoredRecords(const Environment& env, ShardCalls& calls, const Generations& generations)
      : env_(env), calls_(calls), generations_(generations) {}

  // Wakes dormant entities of `serving` whose kinds have timers or ticks and had none in `before`.
  Result<> wake_kinds(const std::vector<LoadedGeneration*>& serving,
                      const std::vector<LoadedGeneration*>& before);
  Result<> redeliver_outbox();

  // Fails when a dormant entity could not be read under `target`: then no entity may move. A
  // failing store is no error here, because it may be the reason for an urgent rollback.
  Result<> try_sleepers(const Directory& target);
  // Rewrites stored entities that `serving` cannot read, dormant ones included. After a way back to
  // an older schema only the successor can read what it stored, so this must end before its code is
  // closed or the host stops.
  Result<> rewrite_unreadable(const Directory& serving);

 private:
  // Checks stored entities on the shard they belong to.
  using Check =
      std::function<void(ShardRuntime& shard, std::vector<EntityId> ids, RecordsDone done)>;

  Result<> wake_kind(const std::string& kind);
  Result<std::vector<EntityId>> list_page(EntityQuery query);
  std::vector<std::vector<EntityId>> by_shard(std::vector<EntityId> ids) const;
  void lend_readers();
  bool may_be_unreadable(const KindRoute& route) const;
  void check_kind(const KindRoute& route, const Check& check, RecordsLook& found);
  Result<> check_all(const Directory& target, int passes_max, const Check& check);

  const Environment& env_;
  ShardCalls& calls_;
  const Generations& generations_;
};

}  // namespace serai::runtime
