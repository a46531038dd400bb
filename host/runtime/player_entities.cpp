#include "runtime/player_entities.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "model/placement.hpp"
#include "runtime/entity/entity_eraser.hpp"

namespace serai::runtime {
namespace {

constexpr std::int64_t kEraseUs = 10'000'000;  // for handlers of the entity to end

PlayerContract contract_of(const Directory& directory) {
  PlayerContract contract;
  contract.purses = directory.purses();
  for (const LoadedGeneration* generation : directory.generations()) {
    for (const abi::KindContract& kind : generation->contract().kinds) {
      if (kind.owner.empty()) continue;
      contract.kinds.push_back(
          {kind.name, kind.state, kind.owner, kind.schema, generation->generation().transcoder});
    }
  }
  std::ranges::sort(contract.kinds, {}, &PlayerKind::kind);
  return contract;
}

}  // namespace

ShardRuntime& PlayerEntities::home_of(const EntityId& id) const {
  return *calls_.shards()[shard_of(id.kind, id.key, env_.shards.count())];
}

PlayerContract PlayerEntities::contract() {
  const std::lock_guard lock(mutex_);
  PlayerContract contract;
  calls_.on(*calls_.shards().front(), [&contract](ShardRuntime& shard) {
    contract = contract_of(*shard.parts().services.directory);
  });
  return contract;
}

Result<> PlayerEntities::check(const StoredEntity& stored) {
  const std::lock_guard lock(mutex_);
  Result<> outcome = success();
  calls_.on(home_of(stored.id), [&outcome, &stored](ShardRuntime& shard) {
    outcome = shard.parts().loader.check(stored);
  });
  return outcome;
}

void PlayerEntities::wait_for_write_behind() {
  const std::lock_guard lock(mutex_);
  const std::int64_t wait_ms = env_.options.write_behind_ms;
  calls_.until_all_done(
      [wait_ms](ShardRuntime& shard, Work done) { shard.shard().after(wait_ms, std::move(done)); });
}

Result<> PlayerEntities::erase(const std::vector<EntityId>& ids) {
  const std::lock_guard lock(mutex_);
  const std::int64_t until_us = env_.clock.steady_us() + kEraseUs;
  std::size_t left = ids.size();
  Result<> outcome = success();
  for (const EntityId& id : ids) {
    ShardRuntime& home = home_of(id);
    home.shard().post([this, &home, &left, &outcome, id, until_us] {
      erase_entity(home.parts(), id, until_us, [this, &left, &outcome](Result<> erased) {
        calls_.inbox().post([&left, &outcome, erased = std::move(erased)] {
          if (!erased && outcome) outcome = erased;
          --left;
        });
      });
    });
  }
  calls_.inbox().wait_until([&left] { return left == 0; });
  return outcome;
}

void PlayerEntities::wake(const std::vector<EntityId>& ids) {
  const std::lock_guard lock(mutex_);
  for (const EntityId& id : ids) {
    calls_.on(home_of(id), [&id](ShardRuntime& shard) {
      ShardParts& parts = shard.parts();
      const KindRoute* route = parts.services.directory->kind(id.kind);
      if (route == nullptr) return;
      const auto& kind = route->generation->kind(route->kind_index);
      const bool has_timers = !route->generation->kind_table(route->kind_index).timers.empty();
      if (has_timers || kind.tick_hz != 0) parts.loader.wake({id});
    });
  }
}

}  // namespace serai::runtime
