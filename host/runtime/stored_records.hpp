// StoredRecords: entities on disk, seen from all shards: those to be woken, messages that had been
// committed and not received, and records that the generations they are meant for cannot read. They
// are found page by page and handed to their shards.
//
// Errors  the store's; what a generation says about a record that it cannot read.
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

  // Wakes kinds of `serving` whose entities have timers or ticks, and had none under `before`.
  Result<> wake_kinds(const std::vector<LoadedGeneration*>& serving,
                      const std::vector<LoadedGeneration*>& before);
  Result<> redeliver_outbox();

  // Who sleeps must be able to follow to `target` as well, or nobody moves. A store that fails
  // holds nobody up: it may be why a rollback is urgent.
  Result<> try_sleepers(const Directory& target);
  // A generation that goes back in schema cannot open what its successor stored. So that is written
  // anew, dormant entities included, while the successor is still there to read it: from then on
  // the host may be stopped, and the successor's code closed.
  Result<> rewrite_unreadable(const Directory& serving);

 private:
  // Looks at stored records that somebody cannot read, on the shard they belong to.
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
