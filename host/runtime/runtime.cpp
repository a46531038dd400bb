#include "runtime/runtime.hpp"

#include <algorithm>

#include "abi/module_calls.hpp"
#include "abi/thread_role.hpp"
#include "model/placement.hpp"

namespace serai::runtime {
namespace {

// Gathers one answer per shard on the calling shard; the last answer calls `done`. The posts share
// it, because a shard that ends first destroys its posts without running them.
struct Gather {
  std::vector<MatchListing> found;
  std::uint32_t missing = 0;
  MatchFilter filter;
  Callback<std::vector<MatchListing>> done;
};

}  // namespace

Runtime::Runtime(Environment environment) : env_(std::move(environment)) {
  for (std::uint32_t i = 0; i < env_.shards.count(); ++i) {
    shards_.push_back(std::make_unique<ShardRuntime>(env_, env_.shards.at(i), shards_, streams_));
  }
}

Runtime::~Runtime() {
  watchdog_.stop();
  const abi::ActForShards in_their_place;
  shards_.clear();  // before the generations, because a module destroys its entities' states
}

ShardRuntime& Runtime::here() const {
  Shard* shard = Shard::current();
  SERAI_ASSERT(shard != nullptr);
  return *shards_[shard->index()];
}

ShardRuntime& Runtime::home_of(const MatchId& match) const {
  return *shards_[shard_of(match.kind, match.key, env_.shards.count())];
}

// ---- Life ------------------------------------------------------------------------------------

void Runtime::count_crash(const TimerCrash& crash) {
  const EntityId& id = crash.entity;
  shards_[shard_of(id.kind, id.key, env_.shards.count())]->parts().timers.set_crash(crash);
}

Result<> Runtime::start() {
  calls_.on_all([](ShardRuntime& shard) { shard.start_sweeps(); });
  if (auto recovered = stored_entities_.recover_journal(); !recovered) return recovered;
  // First the outbox, then the entities: a message that a loaded entity sends is in the outbox too,
  // and would be delivered twice.
  if (auto sent = stored_entities_.redeliver_outbox(); !sent) return sent;
  if (auto woken = stored_entities_.wake_kinds(gate_.serving(), {}); !woken) return woken;
  stored_entities_.wake_journaled();
  if (!env_.options.pump) watchdog_.start();
  return success();
}

void Runtime::stop() {
  shut_down();
  shut_down();  // stages changes by calls that reached a shard after it had shut down
}

void Runtime::shut_down() {
  calls_.until_all_done([](ShardRuntime& shard, Work done) { shard.shut_down(std::move(done)); });
}

// ---- Game ------------------------------------------------------------------------------------

void Runtime::rpc(RpcRequest request, RpcReply reply) {
  here().parts().clients.rpc(std::move(request), std::move(reply));
}

void Runtime::match_join(MatchJoinRequest request, Callback<MatchJoined> answer) {
  ShardRuntime& home = home_of(request.match);
  if (home.shard().is_current()) {
    home.parts().matches.join(std::move(request), std::move(answer));
    return;
  }
  Shard* origin = Shard::current();
  home.shard().post(
      [&home, origin, request = std::move(request), answer = std::move(answer)]() mutable {
        home.parts().matches.join(
            std::move(request),
            [origin, answer = std::move(answer)](Result<MatchJoined> joined) mutable {
              origin->post([answer = std::move(answer), joined = std::move(joined)]() mutable {
                answer(std::move(joined));
              });
            });
      });
}

void Runtime::match_leave(const MatchId& match, const Uuid& session_id, Callback<Unit> answer) {
  ShardRuntime& home = home_of(match);
  home.shard().post([&home, match, session_id] { home.parts().matches.leave(match, session_id); });
  answer(Unit{});
}

void Runtime::match_data(MatchInput input) {
  ShardRuntime& home = home_of(input.match);
  if (home.shard().is_current()) {
    home.parts().matches.on_data(std::move(input));
    return;
  }
  home.shard().post([&home, input = std::move(input)]() mutable {
    home.parts().matches.on_data(std::move(input));
  });
}

void Runtime::match_list(MatchFilter filter, Callback<std::vector<MatchListing>> answer) {
  Shard* origin = Shard::current();
  const auto gather = std::make_shared<Gather>(
      Gather{{}, static_cast<std::uint32_t>(shards_.size()), std::move(filter), std::move(answer)});
  for (auto& shard : shards_) {
    shard->shard().post([origin, gather, runtime = shard.get()] {
      // All shards read the filter at the same time, and none changes it.
      std::vector<MatchListing> found = runtime->parts().matches.list(gather->filter);
      origin->post([gather, found = std::move(found)]() mutable {
        std::ranges::move(found, std::back_inserter(gather->found));
        if (--gather->missing != 0) return;
        std::ranges::sort(gather->found, std::greater{}, &MatchListing::create_ms);
        if (gather->found.size() > gather->filter.limit) gather->found.resize(gather->filter.limit);
        gather->done(std::move(gather->found));
      });
    });
  }
}

const std::vector<Purse>& Runtime::purses() const {
  return here().parts().services.directory->purses();
}

void Runtime::on_match_left(const MatchId& match, const Presence& presence, LeaveReason) {
  home_of(match).parts().matches.on_left(match, presence);
}

// ---- Figures and lists for operators ----------------------------------------------------------

std::uint64_t Runtime::entity_count() const {
  std::uint64_t count = 0;
  for (const auto& shard : shards_) count += shard->entity_count();
  return count;
}

std::uint32_t Runtime::stuck_shards(std::int64_t over_ms) const {
  return watchdog_.stuck_shards(over_ms);
}

AllMatches Runtime::all_matches() {
  return calls_.sum_up<AllMatches>(
      [](ShardRuntime& shard) { return AllMatches{shard.parts().matches.list({})}; });
}

WaitingTimers Runtime::waiting_timers(std::size_t max) {
  WaitingTimers all = calls_.sum_up<WaitingTimers>(
      [max](ShardRuntime& shard) { return shard.parts().timers.waiting(max); });
  all.keep_first(max);
  return all;
}

// ---- Copies of matches ------------------------------------------------------------------------

Result<ExportedEntity> Runtime::copy_match(const MatchId& match) {
  CopiedMatch found = calls_.sum_up<CopiedMatch>(
      [match](ShardRuntime& shard) { return runtime::copy_match(shard.parts(), match); });
  if (found.copy) return *std::move(found.copy);
  if (found.shards_missing != 0) return Error{Errc::unavailable, "a shard does not answer"};
  return Error{Errc::not_found, "there is no match " + match.text() + " in memory"};
}

Result<MatchId> Runtime::fork_match(const ExportedEntity& begin) {
  const MatchId match{Uuid::make_random().text(), begin.id.kind};
  const StoredEntity stored{
      {match.kind, match.key}, begin.schema, {}, begin.state, begin.host_state};
  const auto shards = env_.shards.count();
  const ForkedMatch forked = calls_.sum_up<ForkedMatch>([stored, shards](ShardRuntime& shard) {
    return runtime::fork_match(shard.parts(), shards, stored);
  });
  if (!forked.opened) return Error{Errc::unavailable, "a shard does not answer"};
  if (!*forked.opened) return forked.opened->error();
  return match;
}

}  // namespace serai::runtime
