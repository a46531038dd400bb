// SwapControl: switching all shards to other generations, and back.
#include <algorithm>
#include <mutex>

#include "runtime/runtime.hpp"

namespace serai {

Result<> Runtime::install(std::vector<std::unique_ptr<Generation>> generations) {
  std::vector<Loaded> loaded;
  std::vector<LoadedGeneration*> pointers;
  for (auto& generation : generations) {
    loaded.push_back(
        std::make_unique<LoadedGeneration>(std::move(generation), names_, env_.shards.count()));
    pointers.push_back(loaded.back().get());
  }
  Result<Directory> built = Directory::build(std::move(pointers), names_);
  if (!built) return built.error();
  directory_ = std::make_unique<Directory>(*std::move(built));
  {
    const std::lock_guard lock(generations_mutex_);
    live_ = std::move(loaded);
  }
  on_all_shards([this](ShardRuntime& shard) { shard.set_directory(directory_.get()); });
  return success();
}

Result<> Runtime::export_live(const std::string& module,
                              std::size_t recordings,
                              const std::function<bool(std::vector<ExportedEntity>)>& take) {
  for (auto& shard : shards_) {
    std::deque<EntityId> ids;
    std::atomic<bool> ready = false;
    TableWalk walk;
    for (bool more = true; more;) {
      ready = false;
      shard->shard().post([&, runtime = shard.get()] {
        more = runtime->parts().mover.ids_of(module, walk, ids);
        ready = true;
      });
      wait_until([&ready] { return ready.load(); });
    }
    while (!ids.empty()) {
      Result<std::vector<ExportedEntity>> batch = std::vector<ExportedEntity>();
      ready = false;
      shard->shard().post([&, runtime = shard.get()] {
        batch = runtime->parts().mover.export_some(ids, recordings);
        ready = true;
      });
      wait_until([&ready] { return ready.load(); });
      if (!batch) return batch.error();
      if (!batch->empty() && !take(*std::move(batch))) {
        return Error{Errc::cancelled, "the export was stopped by its reader"};
      }
    }
  }
  return success();
}

void Runtime::tell_progress(const std::vector<SwitchProgress>& shards) {
  if (!progress_told_) return;
  SwapProgress all;
  for (const SwitchProgress& one : shards) {
    all.moved += one.moved;
    all.of += one.of;
  }
  progress_told_(all);
}

std::optional<Error> Runtime::await_switch(MoveReport& report) {
  std::optional<Error> failed;
  std::vector<SwitchProgress> progress(shards_.size());
  wait_until([&] {
    on_all_shards([&](ShardRuntime& shard) {
      progress[shard.shard().index()] = shard.parts().mover.progress();
    });
    tell_progress(progress);
    return std::ranges::all_of(progress,
                               [](const SwitchProgress& one) { return one.done || one.failed; }) ||
           std::ranges::any_of(progress,
                               [](const SwitchProgress& one) { return one.failed.has_value(); });
  });
  for (SwitchProgress& one : progress) {
    report.entities_moved += one.moved;
    report.state_bytes += one.bytes;
    report.pause_us_max = std::max(report.pause_us_max, one.pause_us_max);
    if (one.failed && !failed) failed = std::move(one.failed);
  }
  return failed;
}

// All shards stop, but for calls in flight, which end.
Result<> Runtime::hold_all_shards() {
  on_all_shards([](ShardRuntime& shard) { shard.parts().barrier.begin(); });
  const std::int64_t until = env_.clock.steady_us() + std::int64_t{env_.options.barrier_ms} * 1000;
  std::vector<std::optional<std::string>> busy(shards_.size());
  wait_until([&] {
    on_all_shards([&](ShardRuntime& shard) {
      busy[shard.shard().index()] = shard.parts().barrier.still_busy();
    });
    return std::ranges::none_of(busy, [](const auto& one) { return one.has_value(); }) ||
           env_.clock.steady_us() >= until;
  });
  const auto late = std::ranges::find_if(busy, [](const auto& one) { return one.has_value(); });
  if (late == busy.end()) return success();
  on_all_shards([](ShardRuntime& shard) { shard.parts().barrier.end(); });
  return Error{Errc::deadline_exceeded,
               "no barrier within " + std::to_string(env_.options.barrier_ms) + " ms: " + **late};
}

// Nobody falls asleep while the sleepers are looked at and the others move.
Result<MoveReport> Runtime::switch_directory(std::unique_ptr<Directory> target, bool barrier) {
  const std::vector<LoadedGeneration*> before = directory_->generations();
  on_all_shards([](ShardRuntime& shard) { shard.parts().mover.keep_awake(true); });
  const Result<> can = try_sleepers(*target);
  Result<MoveReport> report = can ? move_all(std::move(target), barrier) : can.error();
  on_all_shards([](ShardRuntime& shard) { shard.parts().mover.keep_awake(false); });
  if (!report) return report;
  if (Result<> woken = wake_kinds(before); !woken) {
    env_.log.error("swap.not_woken", {{"error", woken.error().detail}});
  }
  return report;
}

// Publishes `target` to all shards and waits until their entities have followed. If one cannot, all
// go back.
Result<MoveReport> Runtime::move_all(std::unique_ptr<Directory> target, bool barrier) {
  const std::int64_t began = env_.clock.steady_us();
  if (barrier) {
    if (Result<> held = hold_all_shards(); !held) return held.error();
  }
  MoveReport report;
  on_all_shards(
      [&](ShardRuntime& shard) { shard.parts().mover.begin_switch(target.get(), false); });
  const std::optional<Error> failed = await_switch(report);
  if (failed) {
    MoveReport undone;
    on_all_shards(
        [this](ShardRuntime& shard) { shard.parts().mover.begin_switch(directory_.get(), true); });
    const std::optional<Error> stuck = await_switch(undone);
    SERAI_ASSERT(!stuck);  // who cannot go back is left behind
  } else {
    directory_.swap(target);
  }
  on_all_shards([barrier](ShardRuntime& shard) {
    shard.parts().mover.end_switch();
    if (barrier) shard.parts().barrier.end();
  });
  report.took_us = env_.clock.steady_us() - began;
  if (barrier) report.held_us = report.took_us;
  if (failed) return *failed;
  return report;
}

// An entity is moved from the generation before, not from the one before that.
Result<> Runtime::check_nothing_drains(
    const std::vector<std::unique_ptr<Generation>>& incoming) const {
  for (const auto& generation : incoming) {
    for (const Loaded& old : draining_) {
      if (old->contract().name != generation->contract.name) continue;
      return Error{Errc::failed_precondition,
                   old->contract().name + " " + old->contract().version + " still serves " +
                       std::to_string(old->total().entities) +
                       " entities that end under it (policy drain)"};
    }
  }
  return success();
}

Result<MoveReport> Runtime::switch_to(std::vector<std::unique_ptr<Generation>> generations) {
  retire_former();  // of an earlier swap that nobody settled
  if (Result<> free = check_nothing_drains(generations); !free) return free.error();
  std::vector<Loaded> incoming;
  std::vector<LoadedGeneration*> target = directory_->generations();
  std::vector<Succession> successions = directory_->successions();
  std::vector<const LoadedGeneration*> added;
  bool barrier = false;
  for (auto& generation : generations) {
    incoming.push_back(
        std::make_unique<LoadedGeneration>(std::move(generation), names_, env_.shards.count()));
    LoadedGeneration* loaded = incoming.back().get();
    barrier = barrier || loaded->policy().kind == MovePolicy::Kind::barrier;
    const auto place = std::ranges::find_if(target, [loaded](const LoadedGeneration* live) {
      return live->contract().name == loaded->contract().name;
    });
    if (place == target.end()) {
      target.push_back(loaded);
      added.push_back(loaded);
    } else {
      if (loaded->policy().shares()) successions.push_back({*place, loaded});
      *place = loaded;
    }
  }
  Result<Directory> built = Directory::build(std::move(target), names_, std::move(successions));
  if (!built) return built.error();
  auto directory = std::make_unique<Directory>(*std::move(built));
  {
    const std::lock_guard lock(generations_mutex_);
    for (Loaded& loaded : incoming) live_.push_back(std::move(loaded));
  }
  Result<MoveReport> report = switch_directory(std::move(directory), barrier);
  sort_out_former();
  rewrite_or_say();
  if (report) {
    added_ = std::move(added);
  } else {
    retire_former();  // a refused swap leaves no trace
  }
  return report;
}

Result<MoveReport> Runtime::switch_rest() {
  std::vector<Succession> kept = directory_->successions();
  std::erase_if(kept, [](const Succession& both) {
    return both.next->policy().kind == MovePolicy::Kind::canary;
  });
  if (kept.size() == directory_->successions().size()) return MoveReport{};
  Result<Directory> built = Directory::build(directory_->generations(), names_, std::move(kept));
  if (!built) return built.error();
  return switch_directory(std::make_unique<Directory>(*std::move(built)), false);
}

Result<> Runtime::read_with(std::vector<std::unique_ptr<Generation>> generations) {
  {
    const std::lock_guard lock(generations_mutex_);
    for (auto& generation : generations) {
      former_.push_back(
          std::make_unique<LoadedGeneration>(std::move(generation), names_, env_.shards.count()));
    }
  }
  return rewrite_unreadable();
}

// What no longer serves becomes `former`: the old generations after a success, the new ones after a
// failure.
void Runtime::sort_out_former() {
  const std::lock_guard lock(generations_mutex_);
  const auto& serving = directory_->generations();
  const auto unused = std::partition(live_.begin(), live_.end(), [&serving](const Loaded& loaded) {
    return std::ranges::find(serving, loaded.get()) != serving.end();
  });
  std::vector<Loaded> removed(std::make_move_iterator(unused),
                              std::make_move_iterator(live_.end()));
  live_.erase(unused, live_.end());
  former_ = std::move(removed);
}

Result<MoveReport> Runtime::switch_back() {
  if (former_.empty() && added_.empty())
    return Error{Errc::failed_precondition, "there is no former generation to go back to"};
  std::vector<LoadedGeneration*> target;
  bool barrier = false;
  for (LoadedGeneration* live : directory_->generations()) {
    if (std::ranges::find(added_, live) != added_.end()) continue;  // it came with the release
    const auto before = std::ranges::find_if(former_, [live](const Loaded& old) {
      return old->contract().name == live->contract().name;
    });
    if (before != former_.end() && live->policy().kind == MovePolicy::Kind::barrier) barrier = true;
    target.push_back(before != former_.end() ? before->get() : live);
  }
  // Others that drain since an earlier swap go on.
  std::vector<Succession> kept = directory_->successions();
  std::erase_if(kept, [&target](const Succession& both) {
    return std::ranges::find(target, both.next) == target.end();
  });
  const auto go = [&](bool behind_barrier) -> Result<MoveReport> {
    Result<Directory> built = Directory::build(target, names_, kept);
    if (!built) return built.error();
    return switch_directory(std::make_unique<Directory>(*std::move(built)), behind_barrier);
  };
  Result<MoveReport> report = go(barrier);
  if (!report && barrier && report.error().code == Errc::deadline_exceeded) {
    // Its handlers keep the barrier from being reached: leaving it is worth more.
    env_.log.warn("swap.back_without_barrier", {{"error", report.error().detail}});
    report = go(false);
  }
  if (report) {
    {
      const std::lock_guard lock(generations_mutex_);
      std::ranges::move(former_, std::back_inserter(live_));
      former_.clear();
    }
    sort_out_former();
  }
  rewrite_or_say();  // after a failure, what was written by those who had gone back
  return report;
}

std::vector<std::unique_ptr<Generation>> Runtime::retire_former() {
  added_.clear();
  {
    const std::lock_guard lock(generations_mutex_);
    const auto drains =
        std::stable_partition(former_.begin(), former_.end(), [this](const Loaded& loaded) {
          return std::ranges::find(directory_->successions(), loaded.get(), &Succession::former) ==
                 directory_->successions().end();
        });
    std::move(drains, former_.end(), std::back_inserter(draining_));
    former_.erase(drains, former_.end());
  }
  wait_until([this] {
    // Whatever a shard was doing is over.
    on_all_shards([](ShardRuntime& shard) { shard.parts().upgrader.set_readers({}); });
    return std::ranges::none_of(former_, [](const Loaded& loaded) { return loaded->in_use(); });
  });
  std::vector<std::unique_ptr<Generation>> out;
  const std::lock_guard lock(generations_mutex_);
  for (Loaded& loaded : former_) out.push_back(loaded->release());
  former_.clear();
  return out;
}

// The directory forgets a drained generation before it goes.
std::vector<std::unique_ptr<Generation>> Runtime::retire_drained() {
  std::vector<const LoadedGeneration*> over;
  for (const Loaded& loaded : draining_) {
    if (!loaded->in_use()) over.push_back(loaded.get());
  }
  if (over.empty()) return {};
  const auto is_over = [&over](const LoadedGeneration* generation) {
    return std::ranges::find(over, generation) != over.end();
  };
  std::vector<Succession> kept = directory_->successions();
  std::erase_if(kept, [&](const Succession& both) { return is_over(both.former); });
  Result<Directory> built = Directory::build(directory_->generations(), names_, kept);
  SERAI_ASSERT(built.ok());  // the same generations as before
  auto directory = std::make_unique<Directory>(*std::move(built));
  on_all_shards([&](ShardRuntime& shard) { shard.set_directory(directory.get()); });
  directory_ = std::move(directory);
  std::vector<std::unique_ptr<Generation>> out;
  const std::lock_guard lock(generations_mutex_);
  std::erase_if(draining_, [&](Loaded& loaded) {
    if (!is_over(loaded.get())) return false;
    out.push_back(loaded->release());
    return true;
  });
  return out;
}

std::vector<GenerationFigures> Runtime::figures() const {
  const std::lock_guard lock(generations_mutex_);
  std::vector<GenerationFigures> out;
  for (const Loaded& loaded : live_) out.push_back(loaded->total());
  for (const Loaded& loaded : former_) out.push_back(loaded->total());
  for (const Loaded& loaded : draining_) {
    out.push_back(loaded->total());
    out.back().draining = true;
  }
  return out;
}

}  // namespace serai
