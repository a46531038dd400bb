// Runtime: gameplay over all shards: RPCs, matches, entities, and the moves of a swap. It passes
// each call to the shard of the entity or match.
//
// Errors  as the ports Game and SwapControl have them.
// Thread  Game and MatchLeaveListener: a shard's thread. SwapControl: the loader thread; figures():
//         any. start(), stop(): the main thread, while no swap can begin.
// Owner   owns the shard runtimes, directories and generations; borrows everything in Environment.
#pragma once

#include <algorithm>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "ports/game.hpp"
#include "ports/streams.hpp"
#include "ports/swap_control.hpp"
#include "runtime/match/match_copy.hpp"
#include "runtime/player_entities.hpp"
#include "runtime/shard/environment.hpp"
#include "runtime/shard_calls.hpp"
#include "runtime/shard_runtime.hpp"
#include "runtime/stored_entities.hpp"
#include "runtime/swap_gate.hpp"
#include "runtime/watchdog.hpp"

namespace serai::runtime {

// The matches of all shards. `shards_missing`: shards that did not answer in time.
struct AllMatches {
  std::vector<MatchListing> matches;
  std::uint32_t shards_missing = 0;

  void add(AllMatches&& part) { std::ranges::move(part.matches, std::back_inserter(matches)); }
};

class Runtime final : public Game, public MatchLeaveListener, public SwapControl {
 public:
  explicit Runtime(Environment environment);
  ~Runtime() override;
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  // Call before the first message: the streams are created after the runtime, with the sessions.
  void set_streams(StreamsOf streams) { streams_ = std::move(streams); }
  // Counts the crash as a failed try of that timer. Call before start().
  void count_crash(const TimerCrash& crash);
  // Call after install(). Delivers messages that were committed but not received, loads entities
  // that have ticks or timers, and starts the watchdog. Errors: the store's.
  Result<> start();
  // Refuses new work, waits until all handlers have ended, and stages every change. The caller then
  // flushes the store.
  void stop();

  // Game
  void rpc(RpcRequest request, RpcReply reply) override;
  void match_join(MatchJoinRequest request, Callback<MatchJoined> answer) override;
  void match_leave(const MatchId& match, const Uuid& session_id, Callback<Unit> answer) override;
  void match_data(MatchInput input) override;
  void match_list(MatchFilter filter, Callback<std::vector<MatchListing>> answer) override;
  const std::vector<Purse>& purses() const override;

  // MatchLeaveListener
  void on_match_left(const MatchId& match, const Presence& presence, LeaveReason reason) override;

  // SwapControl, by SwapGate.
  const abi::ModuleHost& host_table() const override { return gate_.host_table(); }
  std::uint64_t next_generation_id() override { return gate_.next_generation_id(); }
  Result<> install(std::vector<std::unique_ptr<abi::Generation>> generations) override {
    return gate_.install(std::move(generations));
  }
  Result<> export_live(const std::string& module,
                       std::size_t recordings,
                       const std::function<bool(std::vector<ExportedEntity>)>& take) override {
    return gate_.export_live(module, recordings, take);
  }
  Result<MoveReport> switch_to(std::vector<std::unique_ptr<abi::Generation>> generations) override {
    return gate_.switch_to(std::move(generations));
  }
  Result<MoveReport> switch_rest() override { return gate_.switch_rest(); }
  Result<MoveReport> switch_back() override { return gate_.switch_back(); }
  Result<> read_with(std::vector<std::unique_ptr<abi::Generation>> generations) override {
    return gate_.read_with(std::move(generations));
  }
  std::vector<std::unique_ptr<abi::Generation>> retire_former() override {
    return gate_.retire_former();
  }
  std::vector<std::unique_ptr<abi::Generation>> retire_drained() override {
    return gate_.retire_drained();
  }
  void watch_progress(std::function<void(const SwapProgress&)> report) override {
    gate_.watch_progress(std::move(report));
  }
  std::vector<GenerationFigures> figures() const override { return gate_.figures(); }

  // For simulations and tests, which run the shards themselves. Use the parts on that shard only.
  ShardParts& parts(std::uint32_t shard) { return shards_[shard]->parts(); }
  std::uint64_t entity_count() const;  // any thread
  // Any thread. The number of shards that have been in one call into a module for longer than this.
  std::uint32_t stuck_shards(std::int64_t over_ms) const;
  // Any thread but a shard's. Blocks for 1 s at most; a shard that has not answered by then is
  // missing from the list.
  AllMatches all_matches();
  // Likewise. Lists `max` timers, the most often failed first.
  WaitingTimers waiting_timers(std::size_t max);
  // Likewise; errors as in match_copy.hpp. The new match has a random key. It is stored when the
  // store has been flushed.
  Result<ExportedEntity> copy_match(const MatchId& match);
  Result<MatchId> fork_match(const ExportedEntity& begin);
  PlayerEntities& player_entities() { return player_entities_; }  // any thread but a shard's

 private:
  ShardRuntime& here() const;
  ShardRuntime& home_of(const MatchId& match) const;
  void shut_down();

  Environment env_;
  StreamsOf streams_;
  Generations generations_;
  ShardCalls calls_{env_, shards_};
  StoredEntities stored_entities_{env_, calls_, generations_};
  SwapGate gate_{env_, calls_, generations_, stored_entities_};
  std::vector<std::unique_ptr<ShardRuntime>> shards_;  // destroyed before the code of the entities
  Watchdog watchdog_{env_, shards_, generations_};
  PlayerEntities player_entities_{env_, shards_};
};

}  // namespace serai::runtime
