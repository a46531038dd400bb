// ShardRuntime: the entities of one shard, and the parts that work on them (shard_parts.hpp). It
// starts the parts and shuts them down; callers use the parts themselves.
//
// Thread  the shard's. shard(), watch(), entity_count(): any. The constructor and the destructor:
//         while the shard does not run.
// Owner   Runtime owns one per shard; the shards reach each other by post() only.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "runtime/shard_parts.hpp"

namespace serai::runtime {

class ShardRuntime {
 public:
  using Peers = ShardServices::Peers;

  ShardRuntime(const Environment& environment,
               Shard& shard,
               const Peers& peers,
               const StreamsOf& streams);
  ~ShardRuntime();
  ShardRuntime(const ShardRuntime&) = delete;
  ShardRuntime& operator=(const ShardRuntime&) = delete;

  Shard& shard() { return services_.shard; }
  ShardParts& parts() { return parts_; }
  const Watch& watch() const { return services_.watch; }
  std::uint64_t entity_count() const { return table_.count(); }

  // Borrows the directory until the next one is set.
  void set_directory(const Directory* directory) { services_.directory = directory; }
  // Starts the sweeper and write-behind, which then repeat themselves.
  void start_sweeps();
  // Refuses new work. Calls `done` when no handler runs and every change is staged. May be called
  // again.
  void shut_down(Work done);

 private:
  bool is_busy() const;

  ShardServices services_;
  EntityTable table_;
  EntityLoader loader_;
  EntityStates states_;
  EntityTimers timers_;
  Sweeper sweeper_;
  Mailboxes mailboxes_;
  PlayerBounds bounds_;
  ClientCalls clients_;
  Runner runner_;
  Waits waits_;
  Requests requests_;
  Committer committer_;
  EffectFlusher effects_;
  WriteBehind write_behind_;
  Idempotency idempotency_;
  Undo undo_;
  Journal journal_;
  Matches matches_;
  Mover mover_;
  Barrier barrier_;
  EntityUpgrader upgrader_;
  Retirement retirement_;
  ShardParts parts_;
  Work when_shut_down_;
};

}  // namespace serai::runtime
