// PlayerEntities: the entities of one player, for operators who export, import or erase a player.
//
// Errors  check(): unimplemented (no module has the kind), data_loss (the state cannot be read).
//         erase(): unavailable, the text names the first entity that is left.
// Thread  any but a shard's; one call at a time, others wait. All block.
// Owner   Runtime; borrows the shards, which outlive it.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "abi/generation.hpp"
#include "model/purse.hpp"
#include "ports/entity_store.hpp"
#include "runtime/shard_calls.hpp"

namespace serai::runtime {

// A kind whose states name their player.
struct PlayerKind {
  std::string kind;
  std::string state;  // the state's message
  std::string owner;  // the field with the user id
  std::uint32_t schema = 1;
  std::shared_ptr<const abi::Transcoder> transcoder;
};

// What the release that serves says about players' data.
struct PlayerContract {
  std::vector<PlayerKind> kinds;  // in the order of their names
  std::vector<Purse> purses;
};

class PlayerEntities {
 public:
  PlayerEntities(const Environment& env, const ShardRuntime::Peers& shards)
      : env_(env), calls_(env, shards) {}

  PlayerContract contract();
  // Whether the entity could be opened if it were stored. Nothing is stored or opened.
  Result<> check(const StoredEntity& stored);
  // Waits until every change made before is staged.
  void wait_for_write_behind();
  // Erases the entities from memory and from the store.
  Result<> erase(const std::vector<EntityId>& ids);
  // Opens those of the entities that may have timers or ticks.
  void wake(const std::vector<EntityId>& ids);

 private:
  ShardRuntime& home_of(const EntityId& id) const;

  const Environment& env_;
  std::mutex mutex_;  // one call at a time
  ShardCalls calls_;
};

}  // namespace serai::runtime
