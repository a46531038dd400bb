// Runtime: gameplay over all shards: RPCs, matches, entities, and the swap's moves.
//
// Thread  Game and MatchLeaveListener: a shard's thread. SwapControl: the loader thread (figures():
//         any). start(), stop(): the main thread.
// Owner   owns the shard runtimes, directories and generations; borrows everything in Environment.
#pragma once

#include <algorithm>
#include <atomic>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "ports/game.hpp"
#include "ports/streams.hpp"
#include "ports/swap_control.hpp"
#include "runtime/routing/directory.hpp"
#include "runtime/shard/environment.hpp"
#include "runtime/shard_runtime.hpp"

namespace serai {

struct AllMatches {
  std::vector<MatchListing> matches;
  std::uint32_t shards_missing = 0;

  void add(AllMatches&& part) { std::ranges::move(part.matches, std::back_inserter(matches)); }
};

class Runtime final : public Game, public MatchLeaveListener, public SwapControl {
 public:
  explicit Runtime(Environment environment);
  ~Runtime() override;

  // Streams exist only once sessions do; call before the first message.
  void set_streams(StreamsOf streams) { streams_ = std::move(streams); }
  // Before start(): that timer has failed once more.
  void count_crash(const TimerCrash& crash);
  // After install(): wakes entities with ticks or timers and sends what had been committed but not
  // received.
  Result<> start();
  // Refuses new work, lets handlers end, stages every change. The caller then flushes the store.
  void stop();

  // Game
  void rpc(RpcRequest request, RpcReply reply) override;
  void match_join(MatchJoinRequest request, Callback<MatchJoined> answer) override;
  void match_leave(const MatchId& match, const Uuid& session_id, Callback<Unit> answer) override;
  void match_data(MatchInput input) override;
  void match_list(MatchFilter filter, Callback<std::vector<MatchListing>> answer) override;

  // MatchLeaveListener
  void on_match_left(const MatchId& match, const Presence& who, LeaveReason reason) override;

  // SwapControl
  const serai_host& host_table() const override;
  std::uint64_t next_generation_id() override { return next_generation_++; }
  Result<> install(std::vector<std::unique_ptr<Generation>> generations) override;
  Result<> export_live(const std::string& module,
                       std::size_t recordings,
                       const std::function<bool(std::vector<ExportedEntity>)>& take) override;
  Result<SwapReport> switch_to(std::vector<std::unique_ptr<Generation>> generations) override;
  Result<SwapReport> switch_rest() override;
  Result<SwapReport> switch_back() override;
  Result<> read_with(std::vector<std::unique_ptr<Generation>> generations) override;
  std::vector<std::unique_ptr<Generation>> retire_former() override;
  std::vector<std::unique_ptr<Generation>> retire_drained() override;
  void watch_progress(std::function<void(const SwapProgress&)> told) override {
    progress_told_ = std::move(told);
  }
  std::vector<GenerationFigures> figures() const override;

  std::uint64_t entity_count() const;                      // any thread
  std::uint32_t stuck_shards(std::int64_t over_ms) const;  // any thread: loops not seen turning
  // Waits up to 1 s for shards that do not turn, then goes without them. [not a shard's thread]
  AllMatches all_matches();
  // Likewise; the first `max`, the most often failed first.
  WaitingTimers waiting_timers(std::size_t max);

 private:
  static constexpr std::uint32_t kPage = 1000;  // records listed at a time
  using Loaded = std::unique_ptr<LoadedGeneration>;

  // Asks every shard; those that do not turn within 1 s are missing from the sum.
  template <class Sum, class Ask>
  Sum ask_shards(Ask ask);
  ShardRuntime& here() const;
  ShardRuntime& home_of(const MatchId& match) const;
  void on_all_shards(const std::function<void(ShardRuntime&)>& work);  // blocks
  void wait_until(const std::function<bool()>& done);
  Result<> wake_kinds(const std::vector<LoadedGeneration*>& before);
  Result<> wake_kind(const std::string& kind);
  void drain();
  Result<> redeliver_outbox();
  Result<SwapReport> switch_directory(std::unique_ptr<Directory> target, bool barrier);
  Result<SwapReport> move_all(std::unique_ptr<Directory> target, bool barrier);
  Result<> hold_all_shards();
  std::optional<Error> await_switch(SwapReport& report);
  Result<> check_nothing_drains(const std::vector<std::unique_ptr<Generation>>& incoming) const;
  GenerationFigures figures_of(std::uint64_t generation) const;
  void tell_progress(const std::vector<SwitchProgress>& shards);
  void sort_out_former();
  void lend_readers();
  Result<> try_sleepers(const Directory& target);
  Result<> rewrite_unreadable();
  void rewrite_or_say();
  // Looks at stored records that somebody cannot read, on the shard they belong to.
  using Look =
      std::function<void(ShardRuntime& shard, std::vector<EntityId> ids, RecordsDone done)>;
  using Records = RecordsLook;
  Result<> deal_with_unreadable(const Directory& target, int passes_max, const Look& look);
  void look_at_unreadable(const KindRoute& route, const Look& look, Records& found);
  bool may_be_unreadable(const KindRoute& route) const;
  Result<std::vector<EntityId>> list_page(EntityQuery query);
  GenerationFigures figures_at(const void* address) const;
  void watch();
  void report_foreign_thread();

  Environment env_;
  StreamsOf streams_;
  NameTable names_;
  std::vector<std::unique_ptr<ShardRuntime>> shards_;
  std::atomic<std::uint64_t> next_generation_{1};

  mutable std::mutex generations_mutex_;  // figures() reads from other threads than the loader
  std::vector<Loaded> live_;              // guarded by generations_mutex_
  std::vector<Loaded> former_;            // guarded: what switch_back() would return to
  std::vector<Loaded> draining_;          // guarded: serve what they have open
  // Of live_: modules that the last switch brought and that had no generation before.
  std::vector<const LoadedGeneration*> added_;
  std::unique_ptr<Directory> directory_;
  std::function<void(const SwapProgress&)> progress_told_;  // the loader thread's

  std::thread watchdog_;
  std::atomic<bool> stopping_{false};
  std::set<pid_t> reported_threads_;  // the watchdog's
};

}  // namespace serai
