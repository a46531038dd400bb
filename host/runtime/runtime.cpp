#include "runtime/runtime.hpp"

#include <algorithm>
#include <condition_variable>
#include <set>

#include "abi/module_calls.hpp"
#include "base/host_thread.hpp"
#include "base/thread_stack.hpp"
#include "model/placement.hpp"
#include "runtime/host_table.hpp"

namespace serai {
namespace {

constexpr auto kPoll = std::chrono::milliseconds(1);
constexpr std::int64_t kAskedWaitUs = 1'000'000;
constexpr std::int64_t kStuckUsMin = 1'000'000;  // on a busy machine anything takes a tenth of that
constexpr auto kWatchEvery = std::chrono::milliseconds(100);

// Answers arrive here when the asking thread has no loop of its own.
class Inline final : public Executor {
 public:
  void post(Work work) override { work(); }
};

// Gathers one answer per shard on the asking shard; the last one to come calls `done`. Shared by
// what is on its way: a shard that ends first drops its part of it.
struct Gather {
  std::vector<MatchListing> found;
  std::uint32_t missing = 0;
  MatchFilter filter;
  Callback<std::vector<MatchListing>> done;
};

bool stays_awake(const ModuleContract& contract, const KindContract& kind) {
  if (kind.tick_hz != 0) return true;
  return std::ranges::any_of(contract.handlers, [&kind](const HandlerContract& handler) {
    return handler.trigger == Trigger::timer && handler.kind == kind.name;
  });
}

}  // namespace

Runtime::Runtime(Environment environment) : env_(std::move(environment)) {
  set_border_log(env_.log);
  for (std::uint32_t i = 0; i < env_.shards.count(); ++i) {
    shards_.push_back(std::make_unique<ShardRuntime>(env_, env_.shards.at(i), shards_, streams_));
  }
}

Runtime::~Runtime() {
  stopping_ = true;
  if (watchdog_.joinable()) watchdog_.join();
  shards_.clear();  // entities before the code that destroys them
}

// ---- Waiting for shards ----------------------------------------------------------------------

void Runtime::wait_until(const std::function<bool()>& done) {
  while (!done()) {
    if (env_.options.pump) {
      env_.options.pump();
    } else {
      std::this_thread::sleep_for(kPoll);
    }
  }
}

void Runtime::on_all_shards(const std::function<void(ShardRuntime&)>& work) {
  std::atomic<std::size_t> left = shards_.size();
  for (auto& shard : shards_) {
    shard->shard().post([&work, &left, runtime = shard.get()] {
      work(*runtime);
      --left;
    });
  }
  wait_until([&left] { return left == 0; });
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
  on_all_shards([](ShardRuntime& shard) { shard.start_sweeps(); });
  // In this order: what entities send once they are awake is delivered already.
  if (auto sent = redeliver_outbox(); !sent) return sent;
  if (auto woken = wake_kinds({}); !woken) return woken;
  if (!env_.options.pump) {
    watchdog_ = std::thread([this] {
      const HostThread named("watchdog");
      watch();
    });
  }
  return success();
}

Result<std::vector<EntityId>> Runtime::list_page(EntityQuery query) {
  Inline here_and_now;
  std::optional<Result<std::vector<EntityId>>> page;
  std::atomic<bool> arrived = false;
  query.limit = kPage;
  env_.store.list(std::move(query), here_and_now, [&](Result<std::vector<EntityId>> ids) {
    page.emplace(std::move(ids));
    arrived = true;
  });
  wait_until([&arrived] { return arrived.load(); });
  return *std::move(page);
}

// Kinds whose entities have timers or ticks, and had none under `before`.
Result<> Runtime::wake_kinds(const std::vector<LoadedGeneration*>& before) {
  for (const LoadedGeneration* generation : directory_->generations()) {
    for (const KindContract& kind : generation->contract().kinds) {
      if (!stays_awake(generation->contract(), kind)) continue;
      const bool stayed = std::ranges::any_of(before, [&kind](const LoadedGeneration* one) {
        const int index = one->kind_index(kind.name);
        return index >= 0 && stays_awake(one->contract(), one->kind(index));
      });
      if (stayed) continue;
      if (Result<> woken = wake_kind(kind.name); !woken) return woken;
    }
  }
  return success();
}

Result<> Runtime::wake_kind(const std::string& kind) {
  std::string after;
  for (bool more = true; more;) {
    Result<std::vector<EntityId>> page = list_page({kind, after});
    if (!page) return page.error();
    std::vector<EntityId>& ids = *page;
    more = ids.size() == kPage;
    if (!ids.empty()) after = ids.back().key;
    on_all_shards([this, &ids](ShardRuntime& shard) {
      std::vector<EntityId> own;
      for (const EntityId& id : ids) {
        if (shard_of(id.kind, id.key, env_.shards.count()) == shard.shard().index())
          own.push_back(id);
      }
      shard.parts().loader.wake(std::move(own));
    });
  }
  return success();
}

Result<> Runtime::redeliver_outbox() {
  Inline here_and_now;
  std::optional<Result<std::vector<OutboxMessage>>> pending;
  std::atomic<bool> arrived = false;
  env_.store.pending_outbox(here_and_now, [&](Result<std::vector<OutboxMessage>> messages) {
    pending.emplace(std::move(messages));
    arrived = true;
  });
  wait_until([&arrived] { return arrived.load(); });
  if (!*pending) return pending->error();
  ShardRuntime* first = shards_.front().get();
  first->shard().post([first, messages = std::move(pending->value())]() mutable {
    first->parts().effects.redeliver(std::move(messages));
  });
  return success();
}

void Runtime::stop() {
  drain();
  drain();  // writes what handlers elsewhere still asked of shards that had drained
}

void Runtime::drain() {
  std::atomic<std::size_t> left = shards_.size();
  for (auto& shard : shards_) {
    shard->shard().post([&left, runtime = shard.get()] { runtime->drain([&left] { --left; }); });
  }
  wait_until([&left] { return left == 0; });
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
      // The filter is only read until the last shard has answered.
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

void Runtime::on_match_left(const MatchId& match, const Presence& who, LeaveReason) {
  home_of(match).parts().matches.on_left(match, who);
}

// ---- What others ask -------------------------------------------------------------------------

const serai_host& Runtime::host_table() const { return serai::host_table(); }

std::uint64_t Runtime::entity_count() const {
  std::uint64_t count = 0;
  for (const auto& shard : shards_) count += shard->entity_count();
  return count;
}

template <class Sum, class Ask>
Sum Runtime::ask_shards(Ask ask) {
  // Shared with the shards: one that hangs answers when nobody waits any more.
  struct Asked {
    std::mutex mutex;
    Sum found;
  };
  auto asked = std::make_shared<Asked>();
  asked->found.shards_missing = env_.shards.count();
  for (auto& shard : shards_) {
    shard->shard().post([asked, ask, runtime = shard.get()] {
      Sum part = ask(*runtime);
      const std::lock_guard lock(asked->mutex);
      asked->found.add(std::move(part));
      --asked->found.shards_missing;
    });
  }
  const std::int64_t until = env_.clock.steady_us() + kAskedWaitUs;
  wait_until([&] {
    const std::lock_guard lock(asked->mutex);
    return asked->found.shards_missing == 0 || env_.clock.steady_us() >= until;
  });
  const std::lock_guard lock(asked->mutex);
  return asked->found;
}

AllMatches Runtime::all_matches() {
  return ask_shards<AllMatches>(
      [](ShardRuntime& shard) { return AllMatches{shard.parts().matches.list({})}; });
}

WaitingTimers Runtime::waiting_timers(std::size_t max) {
  WaitingTimers all = ask_shards<WaitingTimers>(
      [max](ShardRuntime& shard) { return shard.parts().timers.waiting(max); });
  all.keep_first(max);
  return all;
}

// ---- Watchdog --------------------------------------------------------------------------------

GenerationFigures Runtime::figures_of(std::uint64_t generation) const {
  for (GenerationFigures& one : figures()) {
    if (one.generation == generation) return std::move(one);
  }
  return {};
}

// Of the generation whose code this address is in; of none when that is closed already. The dynamic
// linker is asked without the lock: it may be busy with a module that hangs while it is loaded.
GenerationFigures Runtime::figures_at(const void* address) const {
  std::vector<std::pair<const serai_module*, GenerationFigures>> known;
  {
    const std::lock_guard lock(generations_mutex_);
    for (const auto* some : {&live_, &former_, &draining_}) {
      for (const Loaded& loaded : *some) {
        known.emplace_back(loaded->generation().entry, loaded->total());
      }
    }
  }
  for (const auto& [entry, figures] : known) {
    if (in_one_file(entry, address)) return figures;
  }
  return {};
}

// Once for each thread: one in a loop would fill the log.
void Runtime::report_foreign_thread() {
  const std::optional<ForeignUse> use = take_foreign_use();
  if (!use || !reported_threads_.insert(use->thread).second) return;
  const GenerationFigures code = figures_at(use->from);
  const std::string place = place_of(use->from);
  std::vector<LogField> about{{"thread", use->thread}, {"at", place}};
  if (!code.module.empty()) {
    about.insert(about.end(),
                 {{"module", code.module},
                  {"module_version", code.version},
                  {"generation", code.generation}});
  }
  env_.log.write(LogLevel::error, "module.foreign_thread", about);
}

// Names what keeps a shard from turning, and where it is; the other shards go on.
void Runtime::watch() {
  std::vector<std::int64_t> reported(shards_.size(), 0);
  while (!stopping_) {
    std::this_thread::sleep_for(kWatchEvery);
    report_foreign_thread();
    const std::int64_t now = env_.clock.steady_us();
    for (std::size_t i = 0; i < shards_.size(); ++i) {
      const Watch& watch = shards_[i]->watch();
      const std::int64_t entered = watch.entered_us.load(std::memory_order_acquire);
      if (entered == 0 || entered == reported[i]) continue;
      const std::int64_t budget_us = std::int64_t{watch.budget_ms} * 1000;
      if (now - entered < std::max(budget_us * 10, kStuckUsMin)) continue;
      const std::string* what = watch.what;
      const std::string called = what == nullptr ? "" : *what;
      reported[i] = entered;
      const GenerationFigures code = figures_of(watch.generation);
      env_.metrics
          .counter(
              "serai_handlers_stuck_total",
              "Calls into a module that took ten times their budget, and a second, and went on.",
              {{"module", code.module},
               {"module_version", code.version},
               {"generation", std::to_string(code.generation)},
               {"handler", called}})
          .add();
      env_.log.error("handler.stuck",
                     {{"shard", i},
                      {"module", code.module},
                      {"module_version", code.version},
                      {"generation", code.generation},
                      {"handler", called},
                      {"for_ms", (now - entered) / 1000},
                      {"stack", thread_stack(shards_[i]->shard().thread_id())}});
    }
  }
}

std::uint32_t Runtime::stuck_shards(std::int64_t over_ms) const {
  const std::int64_t now = env_.clock.steady_us();
  return static_cast<std::uint32_t>(std::ranges::count_if(shards_, [&](const auto& shard) {
    const std::int64_t entered = shard->watch().entered_us.load(std::memory_order_acquire);
    return entered != 0 && now - entered > over_ms * 1000;
  }));
}

}  // namespace serai
