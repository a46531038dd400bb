// ShardRuntime: the entities of one shard: activation, mailboxes, runs, commits, passivation,
// moves.
//
// The implementation is split by concern: shard_runtime.cpp (activation), shard_mailbox.cpp,
// shard_bounds.cpp (what is refused for going beyond a limit), shard_run.cpp
// (running handlers), shard_asks.cpp (what they ask for), shard_timers.cpp, shard_commit.cpp
// (writing and releasing), shard_undo.cpp (putting back), shard_match.cpp (matches),
// shard_switch.cpp (moving entities between generations), shard_records.cpp (records only a
// generation that has gone could read).
//
// Thread  everything here belongs to the shard's thread, except the constructor and the
// *_from_outside
//         functions.
// Owner   Runtime owns one per shard; peers reach each other by post() only.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/border.hpp"
#include "runtime/dead_letters.hpp"
#include "runtime/directory.hpp"
#include "runtime/entity.hpp"
#include "runtime/environment.hpp"
#include "runtime/pending_answers.hpp"
#include "runtime/player_quotas.hpp"
#include "runtime/ports/game.hpp"
#include "runtime/recent_answers.hpp"
#include "runtime/refusals.hpp"
#include "runtime/timer_crash.hpp"
#include "runtime/waiting_timers.hpp"

namespace serai {

// What the watchdog reads of a shard while module code runs on it.
struct Watch {
  std::atomic<std::int64_t> entered_us{0};        // 0: not inside a module
  std::atomic<const std::string*> what{nullptr};  // the handler, or another function in words
  std::atomic<std::uint64_t> generation{0};
  std::atomic<std::uint32_t> budget_ms{0};

  // `called` outlives the call. [the shard's thread, as leave()]
  void enter(const std::string* called,
             std::uint64_t code,
             std::uint32_t budget,
             std::int64_t now) {
    what.store(called, std::memory_order_relaxed);
    generation.store(code, std::memory_order_relaxed);
    budget_ms.store(budget, std::memory_order_relaxed);
    entered_us.store(now, std::memory_order_release);
  }
  void leave() { entered_us.store(0, std::memory_order_release); }
};

// A call into a module that is no handler, watched for a scope; inside another, that one is named.
class Watched {
 public:
  // `entity` is whom it is called for, if anybody is.
  Watched(Watch& watch,
          const std::string& called,
          std::uint64_t code,
          const Environment& env,
          const EntityId* entity = nullptr)
      : watch_(watch),
        outermost_(watch.entered_us.load(std::memory_order_relaxed) == 0),
        before_(std::exchange(entered_function(), {&called, entity})) {
    if (outermost_) {
      watch.enter(&called, code, env.options.handler_budget_ms, env.clock.steady_us());
    }
  }
  ~Watched() {
    entered_function() = before_;
    if (outermost_) watch_.leave();
  }
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;

 private:
  Watch& watch_;
  bool outermost_;
  EnteredFunction before_;
};

// How far a switch has come on this shard.
struct SwitchProgress {
  bool done = false;
  std::optional<Error> failed;
  std::uint64_t moved = 0;
  std::uint64_t of = 0;
  std::uint64_t bytes = 0;
  std::int64_t pause_us_max = 0;
};

class ShardRuntime {
 public:
  using Peers = std::vector<std::unique_ptr<ShardRuntime>>;

  ShardRuntime(const Environment& environment,
               Shard& shard,
               const Peers& peers,
               const StreamsOf& streams);
  ~ShardRuntime();
  ShardRuntime(const ShardRuntime&) = delete;
  ShardRuntime& operator=(const ShardRuntime&) = delete;

  Shard& shard() { return shard_; }
  const Watch& watch() const { return watch_; }
  std::uint64_t entity_count_from_outside() const { return entity_count_; }

  // ---- Life ----
  void set_directory(const Directory* directory) { directory_ = directory; }
  void set_crash(TimerCrash crash) { crash_ = std::move(crash); }  // before the shard runs
  void start_sweeps();
  void wake(std::vector<EntityId> ids);  // activates what has ticks or timers
  void redeliver(std::vector<OutboxMessage> messages);
  // Refuses new work; `done` is called when no handler runs and every change is staged.
  void drain(Work done);

  // ---- Messages ----
  void rpc(RpcRequest&& request, RpcReply&& reply);
  void deliver(const EntityId& id, Input&& input);
  void forward(const EntityId& id, Input&& input);  // to whichever shard has it, by post

  // ---- Matches ----
  void match_join(MatchJoinRequest request, Answer<MatchJoined> answer);
  void match_leave(const MatchId& match, const Uuid& session_id);
  void match_left(const MatchId& match, const Presence& who);
  void match_data(MatchInput input);
  std::vector<MatchListing> matches(const MatchFilter& filter) const;

  // ---- Timers ----
  WaitingTimers timers(std::size_t max) const;

  // ---- Switching ----
  // How far the table of entities has been looked through. A part at a time: all of a hundred
  // thousand in one turn is a pause that players feel.
  struct Walk {
    std::size_t bucket = 0;
    std::size_t buckets = 0;
  };
  // Everything declared from now on is served by `target`; live entities follow. `reverting`:
  // entities whose state cannot go back are put back to what they were.
  void begin_switch(const Directory* target, bool reverting);
  void end_switch();
  const SwitchProgress& progress() const { return progress_; }
  // A barrier: from hold() to let_go() only what belongs to a call in flight is handled; all else
  // waits in its mailbox. still_busy() names a handler that has not ended yet.
  void hold() { held_ = true; }
  std::optional<std::string> still_busy() const;
  void let_go();
  // Adds the ids of a part of the module's entities; false when that was the last part.
  bool ids_of(std::string_view module, Walk& walk, std::deque<EntityId>& ids) const;
  // While true nobody falls asleep: who was looked at as a sleeper, or moves, is not overlooked.
  void keep_awake(bool awake) { keep_awake_ = awake; }
  // Generations that read records their kind's route cannot.
  void set_readers(std::vector<LoadedGeneration*> readers) { readers_ = std::move(readers); }
  // What looking through stored records came to.
  struct Records {
    std::uint64_t pending = 0;   // to be looked at again: written anew, or open and busy
    std::optional<Error> stuck;  // one that its reader cannot write for whom it is meant
  };
  using RecordsDone = std::function<void(Records)>;
  // Has every record among `ids` that the serving generations do not read written anew.
  void rewrite_unreadable(std::vector<EntityId> ids, RecordsDone done);
  // Whether the sleepers among `ids` can be made readable for `target`; changes nothing.
  void try_unreadable(std::vector<EntityId> ids, const Directory& target, RecordsDone done);
  // Exports entities from the front of `ids` until the slice is used up.
  // Fails with the first that cannot be exported.
  Result<std::vector<ExportedEntity>> export_some(std::deque<EntityId>& ids,
                                                  std::size_t& recordings);

  // ---- For the host table: what a running handler may ask ----
  // Refusals say what was asked for, why not, and what to do.
  Result<> send(Run& run, const serai_target& target, std::string_view payload);
  Result<> call(Run& run,
                const serai_target& target,
                std::string_view payload,
                std::uint32_t deadline_ms,
                std::uint64_t token);
  void sleep(Run& run, std::uint32_t delay_ms, std::uint64_t token);
  void transfer(Run& run, LedgerTransfer transfer, std::uint64_t token);
  void balance(Run& run, std::string account, std::uint64_t token);
  Result<> broadcast(Run& run,
                     std::int64_t op_code,
                     std::string_view payload,
                     std::optional<std::vector<Uuid>> targets);
  // A call of the host table would go beyond a bound: counted, and the run says so if it fails.
  serai_status refuse(Run& run, Bound bound, std::uint64_t max);
  const Environment& environment() const { return env_; }

 private:
  using JoinKey = std::pair<EntityId, Uuid>;  // the match, and the session that wants in

  // Shows the next part of the table; false when that was the last one. A table that has grown has
  // another order, so it is shown from the beginning again: is_new_order() tells beforehand.
  template <class See>
  bool walk_on(Walk& walk, const See& see) const {
    constexpr std::size_t kBucketsPerTurn = 512;  // about one entity in each
    if (is_new_order(walk)) walk = {0, entities_.bucket_count()};
    const std::size_t until = std::min(walk.bucket + kBucketsPerTurn, walk.buckets);
    for (; walk.bucket < until; ++walk.bucket) {
      const auto end = entities_.end(walk.bucket);
      for (auto item = entities_.begin(walk.bucket); item != end; ++item) see(*item->second);
    }
    return walk.bucket < walk.buckets;
  }
  bool is_new_order(const Walk& walk) const { return walk.buckets != entities_.bucket_count(); }

  // Activation: shard_runtime.cpp
  Entity* find(const EntityId& id);
  Entity& add_loading(const EntityId& id);
  void on_loaded(const EntityId& id, Result<std::optional<EntityRecord>> record);
  void open_from_record(Entity& entity, EntityRecord record);
  void open_fresh(Entity& entity);
  bool create_state(Entity& entity, const KindRoute& route);
  void wake_later(const EntityId& id);
  bool try_again_later(const EntityId& id, Input& input);
  void refuse_all(Entity& entity, Errc code, const std::string& text);
  void refuse_until_creator(Entity& entity);
  void become_ready(Entity& entity);
  void remove(Entity& entity, bool redeliver);
  void sweep_later();
  void sweep();
  bool is_idle(const Entity& entity) const;
  void passivate_idle(Walk walk);
  UniqueFunction<void(Outcome)> reply_to_client(std::uint64_t pending, std::uint32_t origin);
  void answer_client(std::uint64_t pending, Outcome outcome);

  // Timers and ticks: shard_timers.cpp
  void arm_timer(Entity& entity, std::uint64_t id);
  bool take_timer(Entity& entity, const Input& input);
  void put_timer_back(Entity& entity, const Input& input, std::string_view reason);
  void retry_timer(Entity& entity, const Input& input, std::string_view reason);
  bool give_up_timer(Entity& entity, std::uint64_t id);
  void keep_tries(const Entity& entity);
  void recall_tries(Entity& entity);
  void recall_crash(Entity& entity);
  void arm_tick(Entity& entity);
  void disarm(Entity& entity);

  // Figures: shard_figures.cpp
  void count(const Run& run, std::int64_t began_us);
  CallerCell& cell_of(const Run& run) const;
  void count_outcome(const Run& run, serai_status status);

  // Mailboxes: shard_mailbox.cpp
  bool refuse_when_draining(Input& input);
  Mailbox::Rank rank_of(const Entity& entity, const Input& input) const;
  void enqueue(Entity& entity, Input&& input);
  bool is_free(const Entity& entity) const;
  void pump(Entity& entity);

  // Bounds of runs and players: shard_bounds.cpp
  bool refuse_over_quota(Input& input);
  bool refuse_unwritable(const Entity& entity, Input& input);
  bool refuse_new_entity(const Entity& entity, Input& input);
  bool keeps_bounds(Run& run);
  serai_status check_state(const Entity& entity, Run& run, std::size_t bytes);
  void charge_writes(const Uuid& player, const Writes& writes);

  // Matches: shard_match.cpp
  void ask_handler(MatchJoinRequest request, Answer<MatchJoined> answer);
  void on_verdict(const MatchId& match, const Presence& who, Outcome outcome);
  void let_in(const MatchId& match, const Presence& who, Answer<MatchJoined> answer);
  void take_back(const MatchId& match, const Presence& who);
  void refuse_late_joins();
  struct DataSender;
  void refuse_data(const DataSender& sender, const Outcome& outcome);

  // Running: shard_run.cpp
  void start(Entity& entity, Input&& input);
  int resolve(const Entity& entity, const Input& input) const;
  bool translate_data(const Entity& entity, const HandlerContract& handler, Input& input);
  void execute(Entity& entity, Input&& input, int handler_index);
  void run_stateless(std::string_view name, Input&& input);
  void run_stateless(const RpcRoute& route, Input&& input);
  RunPtr take_run(LoadedGeneration& generation, int handler_index, Input&& input);
  void recycle(RunPtr run);
  void fill_message(Run& run);
  std::int64_t watch(const Run& run);
  serai_status enter(Run& run);
  serai_status reenter(Run& run, const serai_completion& completion);
  static serai_status judged(Run& run, serai_status status, std::string thrown);
  void after_handler(RunPtr run, serai_status status);
  void keep_waiting(RunPtr run);
  void finish(RunPtr run, serai_status status);
  bool render_reply(Run& run) const;
  void succeed(RunPtr run);
  void fail(RunPtr run, serai_status status);
  void drop_waits(Run& run);
  std::uint64_t add_wait(Run& run, std::uint64_t token, std::uint32_t deadline_ms);
  void complete(std::uint64_t run_id, std::uint64_t sequence, Errc code, std::string payload);
  UnitId unit_of(Run& run);
  bool would_deadlock(const Run& run, const EntityId& target) const;

  // Committing: shard_commit.cpp
  void apply_to_host_state(Entity& entity, Run& run);
  void commit(RunPtr run);
  void add_effects(Run& run, Writes& writes);
  static EntityRecord record_of(const Entity& entity);
  void on_committed(const EntityId& id, std::uint64_t run_id, const Result<>& result);
  // A null sender: no version serves that has the kind it came from. Who sent it before a restart
  // is not known.
  void forward_message(OutboxMessage message, const Generation* sender, const ServedBy& sent_by);
  void kick_member(Entity& entity, const Uuid& session_id);
  void release(Run& run);
  void release_in_order(Entity& entity);
  void release_effect(const Run& run, OutsideEffect effect);
  void answer_commit(Run& run, const Result<>& result);
  void evict(Entity& entity, const std::string& reason, std::size_t releases_kept);
  void remove_if_over(Entity& entity);
  void stage_entity(Entity& entity);
  bool answer_from_memory(Input& input, const std::string& name);
  // Idempotency: shard_answers.cpp
  static void find_idempotency_key(const LoadedGeneration& generation,
                                   const HandlerContract& handler,
                                   Input& input);
  void look_up_answer(Entity& entity, Input input, int handler_index);
  void ask_for_answer(const Entity& entity);
  Entity* find_looking(const EntityId& id, std::uint64_t run_id);
  Input stop_looking(Entity& entity);
  void on_key_claimed(const EntityId& id, std::uint64_t run_id, KeyClaim claim);
  void on_answer_found(const EntityId& id,
                       std::uint64_t run_id,
                       Result<std::optional<IdempotentAnswer>> found);

  void refuse_unknown(const KindRoute& route, int handler_index, Input input);

  // Putting back: shard_undo.cpp
  Result<std::string> export_state(const Entity& entity,
                                   std::uint32_t schema,
                                   std::uint32_t purpose) const;
  Result<serai_entity*> import_state(LoadedGeneration& generation,
                                     int kind_index,
                                     const EntityId& id,
                                     std::uint32_t schema,
                                     std::string_view bytes) const;
  void destroy_state(Entity& entity);
  void give_back(const Generation& generation, int kind, serai_entity* state) const;
  serai_status remember(Entity& entity, Run& run, bool durable);
  Result<std::string> checkpoint(const Entity& entity);
  static void record(const Entity& entity, const Run& run);
  bool take_snapshot(Entity& entity);
  void set_snapshot(Entity& entity, std::uint32_t schema, std::string bytes);
  Result<> restore(Entity& entity);
  Result<> replay(Entity& entity);

  // Switching: shard_switch.cpp
  bool needs_move(const Entity& entity) const;
  bool may_move() const;
  bool needs_newer(const Entity& entity) const;
  void gather_some();
  bool leave(Entity& entity);
  bool leave_behind(Entity& entity, const Error& why);
  bool move(Entity& entity);  // false: the switch has failed on it
  Result<> move_to(Entity& entity, const KindRoute& route);
  Result<> put_back(Entity& entity, const KindRoute& route);
  Result<> become(Entity& entity, const KindRoute& route, const Snapshot& snapshot);
  void adopt(Entity& entity, const KindRoute& route, serai_entity* state);
  void move_slice();

  // Barriers: shard_hold.cpp
  bool holds_back(const Entity& entity) const;
  bool hold_back(const RpcRoute& route, Input& input);

  // Write-behind: shard_write_behind.cpp
  void mark_dirty(Entity& entity);
  void write_behind_later();
  void write_behind();
  void write_all();
  void write_oldest();

  // Records of other schemas: shard_records.cpp
  Result<> make_readable(const KindRoute& route, EntityRecord& record) const;
  Result<> read_through(LoadedGeneration& reader, std::uint32_t schema, EntityRecord& record) const;
  void rewrite(EntityRecord record, Records& records);
  void try_to_read(const Directory& target, EntityRecord record, Records& records);
  void look_through(std::vector<EntityId> ids,
                    std::function<void(EntityRecord, Records&)> each,
                    RecordsDone done);

  Environment env_;
  Shard& shard_;
  const Peers& peers_;
  const StreamsOf& streams_of_;
  KeyClaims keys_;  // of which this shard is the home
  const Directory* directory_ = nullptr;
  const Log log_;

  std::unordered_map<EntityId, std::unique_ptr<Entity>, EntityIdHash> entities_;
  std::atomic<std::uint64_t> entity_count_{0};
  std::unordered_map<std::uint64_t, Run*> waiting_;  // runs by id, while they wait
  std::unordered_map<std::uint64_t, RunPtr>
      stateless_;  // waiting or committing ones without entity
  std::vector<RunPtr> spare_runs_;
  struct Dirty {
    EntityId id;
    std::int64_t due_us = 0;  // by the clock that nobody sets back
  };
  std::deque<Dirty> dirty_;  // the oldest first
  // Timers of evicted entities whose tries the disk does not know of, until they are open again.
  std::map<EntityId, std::map<std::uint64_t, EntityTimer>> unsaved_tries_;
  std::optional<TimerCrash> crash_;  // until its entity is open
  PendingAnswers answers_;
  // A join that its handler has not judged yet.
  struct Joining {
    Answer<MatchJoined> answer;  // empty: was told that it took too long
    std::int64_t deadline_us = 0;
  };
  std::map<JoinKey, Joining> joining_;
  RecentAnswers recent_;
  Generator generator_;  // for stateless handlers and fresh keys
  std::uint64_t next_run_ = 1;
  std::uint64_t next_sequence_ = 1;
  Refusals refusals_;
  DeadLetters dead_letters_;
  PlayerQuotas quotas_;
  mutable Watch watch_;  // exports, which change nothing, are watched too

  bool draining_ = false;
  Work drained_;

  bool switching_ = false;
  bool reverting_ = false;
  std::int64_t switch_began_us_ = 0;
  std::int64_t moving_us_ = 0;  // spent on moves since
  bool gathering_ = false;      // to_move_ is not complete yet
  Walk gathered_;
  std::deque<EntityId> to_move_;
  std::set<EntityId> stuck_;  // have messages that wait because they could not be moved
  std::set<EntityId> left_;   // asleep because nobody who serves can have them open
  bool keep_awake_ = false;
  bool held_ = false;
  struct HeldCall {
    const std::string* handler;  // interned
    Input input;
  };
  std::vector<HeldCall> held_calls_;  // for stateless handlers
  std::vector<LoadedGeneration*> readers_;
  SwitchProgress progress_;
};

}  // namespace serai
