#include "runtime/swap_gate.hpp"

#include <algorithm>
#include <deque>
#include <utility>

#include "abi/host_table.hpp"

namespace serai::runtime {

SwapGate::SwapGate(const Environment& env,
                   ShardCalls& calls,
                   Generations& generations,
                   StoredEntities& stored_entities)
    : env_(env),
      host_{abi::host_table(), nullptr, env.log},
      calls_(calls),
      generations_(generations),
      stored_entities_(stored_entities) {}

SwapGate::Loaded SwapGate::load(std::unique_ptr<abi::Generation> generation) {
  return std::make_unique<LoadedGeneration>(std::move(generation), names_, env_.shards.count());
}

Result<> SwapGate::install(std::vector<std::unique_ptr<abi::Generation>> generations) {
  std::vector<Loaded> loaded;
  std::vector<LoadedGeneration*> pointers;
  for (auto& generation : generations) {
    loaded.push_back(load(std::move(generation)));
    pointers.push_back(loaded.back().get());
  }
  Result<Directory> built = Directory::build(std::move(pointers), names_);
  if (!built) return built.error();
  directory_ = std::make_unique<Directory>(*std::move(built));
  generations_.add_live(std::move(loaded));
  calls_.on_all([this](ShardRuntime& shard) { shard.set_directory(directory_.get()); });
  return success();
}

Result<> SwapGate::export_live(const std::string& module,
                               std::size_t recordings,
                               const std::function<bool(std::vector<ExportedEntity>)>& take) {
  for (const auto& shard : calls_.shards()) {
    std::deque<EntityId> ids;
    TableWalk walk;
    for (bool more = true; more;) {
      calls_.on(*shard, [&](ShardRuntime& runtime) {
        more = runtime.parts().mover.ids_of(module, walk, ids);
      });
    }
    while (!ids.empty()) {
      Result<std::vector<ExportedEntity>> batch = std::vector<ExportedEntity>();
      calls_.on(*shard, [&](ShardRuntime& runtime) {
        batch = runtime.parts().mover.export_some(ids, recordings);
      });
      if (!batch) return batch.error();
      if (!batch->empty() && !take(*std::move(batch))) {
        return Error{Errc::cancelled, "the export was stopped by its reader"};
      }
    }
  }
  return success();
}

// ---- Switching --------------------------------------------------------------------------------

void SwapGate::notify_progress(const std::vector<SwitchProgress>& shards) const {
  if (!report_progress_) return;
  SwapProgress all;
  for (const SwitchProgress& one : shards) {
    all.moved += one.moved;
    all.of += one.of;
  }
  report_progress_(all);
}

// Each shard posts its progress: at intervals, when its last entity has moved, and when a move has
// failed. The first failure ends the wait.
std::optional<Error> SwapGate::switch_shards(const Directory& target,
                                             bool reverting,
                                             MoveReport& report) {
  // Shared with the shards, because a shard may post after the wait has ended.
  const auto shards = std::make_shared<std::vector<SwitchProgress>>(calls_.shards().size());
  calls_.on_all([&](ShardRuntime& shard) {
    const std::uint32_t index = shard.shard().index();
    shard.parts().mover.begin_switch(
        &target, reverting, [this, shards, index](const SwitchProgress& now) {
          calls_.inbox().post([shards, index, now] { (*shards)[index] = now; });
        });
  });
  const auto has_failed = [](const SwitchProgress& one) { return one.failed.has_value(); };
  calls_.inbox().wait_until([&] {
    notify_progress(*shards);
    return std::ranges::all_of(*shards, &SwitchProgress::done) ||
           std::ranges::any_of(*shards, has_failed);
  });
  for (const SwitchProgress& one : *shards) {
    report.entities_moved += one.moved;
    report.state_bytes += one.bytes;
    report.pause_us_max = std::max(report.pause_us_max, one.pause_us_max);
  }
  const auto failed = std::ranges::find_if(*shards, has_failed);
  return failed == shards->end() ? std::nullopt : failed->failed;
}

// Stops new work on all shards and waits until the calls in flight have ended. A quiet shard may
// get a call from a busy one, so all shards are checked again after all have reported. After
// `barrier_ms` the barrier is lifted and the error is deadline_exceeded.
Result<> SwapGate::begin_barrier() {
  const std::int64_t until = env_.clock.steady_us() + std::int64_t{env_.options.barrier_ms} * 1000;
  // Shared with the shards, because a shard may post after the wait has ended.
  const auto left = std::make_shared<std::size_t>(0);
  std::vector<std::optional<std::string>> busy(calls_.shards().size());
  calls_.on_all([](ShardRuntime& shard) { shard.parts().barrier.begin(); });
  for (bool in_time = true;;) {
    calls_.on_all([&](ShardRuntime& shard) {
      busy[shard.shard().index()] = shard.parts().barrier.still_busy();
    });
    const auto first = std::ranges::find_if(busy, [](const auto& one) { return one.has_value(); });
    if (first == busy.end()) return success();
    if (!in_time) {
      calls_.on_all([](ShardRuntime& shard) { shard.parts().barrier.end(); });
      return Error{
          Errc::deadline_exceeded,
          "no barrier within " + std::to_string(env_.options.barrier_ms) + " ms: " + **first};
    }
    *left = calls_.shards().size();
    calls_.on_all([this, &left](ShardRuntime& shard) {
      shard.parts().barrier.await_quiet([this, left] { calls_.inbox().post([left] { --*left; }); });
    });
    in_time = calls_.inbox().wait_until([&left] { return *left == 0; }, until);
  }
}

// Checks the dormant entities, then moves the loaded ones. No entity is removed from memory
// meanwhile, because it would be neither checked nor moved.
Result<MoveReport> SwapGate::switch_directory(std::unique_ptr<Directory> target, bool barrier) {
  const std::vector<LoadedGeneration*> before = directory_->generations();
  calls_.on_all([](ShardRuntime& shard) { shard.parts().mover.keep_awake(true); });
  const Result<> can = stored_entities_.try_sleepers(*target);
  Result<MoveReport> report = can ? move_all(std::move(target), barrier) : can.error();
  calls_.on_all([](ShardRuntime& shard) { shard.parts().mover.keep_awake(false); });
  if (!report) return report;
  if (Result<> woken = stored_entities_.wake_kinds(directory_->generations(), before); !woken) {
    env_.log.error("swap.not_woken", {{"error", woken.error().detail}});
  }
  return report;
}

// Publishes `target` to all shards and waits until their entities have moved. If a move fails, all
// entities return to the generations of the present directory.
Result<MoveReport> SwapGate::move_all(std::unique_ptr<Directory> target, bool barrier) {
  const std::int64_t began = env_.clock.steady_us();
  if (barrier) {
    if (Result<> quiet = begin_barrier(); !quiet) return quiet.error();
  }
  MoveReport report;
  const std::optional<Error> failed = switch_shards(*target, false, report);
  if (failed) {
    MoveReport undone;
    const std::optional<Error> stuck = switch_shards(*directory_, true, undone);
    SERAI_ASSERT(!stuck);  // an entity that cannot return is left on disk, which is no failure
  } else {
    directory_.swap(target);
  }
  calls_.on_all([barrier](ShardRuntime& shard) {
    shard.parts().mover.end_switch();
    if (barrier) shard.parts().barrier.end();
  });
  report.took_us = env_.clock.steady_us() - began;
  if (barrier) report.held_us = report.took_us;
  if (failed) return *failed;
  return report;
}

// Entities move from the serving generation only. A draining generation is older, so its entities
// could not move to the new one.
Result<> SwapGate::check_nothing_drains(
    const std::vector<std::unique_ptr<abi::Generation>>& incoming) const {
  for (const auto& generation : incoming) {
    const LoadedGeneration* old = generations_.find_draining(generation->contract.name);
    if (old == nullptr) continue;
    return Error{Errc::failed_precondition,
                 old->contract().name + " " + old->contract().version + " still serves " +
                     std::to_string(old->total().entities) +
                     " entities that end under it (policy drain)",
                 ErrorKind::still_draining};
  }
  return success();
}

Result<MoveReport> SwapGate::switch_to(std::vector<std::unique_ptr<abi::Generation>> generations) {
  retire_former();  // former generations of an earlier swap that was not settled
  if (Result<> free = check_nothing_drains(generations); !free) return free.error();
  std::vector<Loaded> incoming;
  std::vector<LoadedGeneration*> target = directory_->generations();
  std::vector<Succession> successions = directory_->successions();
  std::vector<const LoadedGeneration*> added;
  bool barrier = false;
  for (auto& generation : generations) {
    incoming.push_back(load(std::move(generation)));
    LoadedGeneration* loaded = incoming.back().get();
    barrier = barrier || loaded->policy().kind == abi::MovePolicy::Kind::barrier;
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
  generations_.add_live(std::move(incoming));
  Result<MoveReport> report = switch_directory(std::move(directory), barrier);
  generations_.sort_out(directory_->generations());
  rewrite_stored();
  if (report) {
    added_ = std::move(added);
  } else {
    retire_former();  // the new generations, which a failed switch makes former ones
  }
  return report;
}

Result<MoveReport> SwapGate::switch_rest() {
  std::vector<Succession> remaining = directory_->successions();
  std::erase_if(remaining, [](const Succession& both) {
    return both.next->policy().kind == abi::MovePolicy::Kind::canary;
  });
  if (remaining.size() == directory_->successions().size()) return MoveReport{};
  Result<Directory> built =
      Directory::build(directory_->generations(), names_, std::move(remaining));
  if (!built) return built.error();
  return switch_directory(std::make_unique<Directory>(*std::move(built)), false);
}

Result<MoveReport> SwapGate::switch_back() {
  if (generations_.former().empty() && added_.empty())
    return Error{Errc::failed_precondition, "there is no former generation to go back to"};
  std::vector<LoadedGeneration*> target;
  bool barrier = false;
  for (LoadedGeneration* live : directory_->generations()) {
    if (std::ranges::find(added_, live) != added_.end()) continue;  // the release added it
    const auto before = std::ranges::find_if(generations_.former(), [live](const Loaded& old) {
      return old->contract().name == live->contract().name;
    });
    const bool goes = before != generations_.former().end();
    if (goes && live->policy().kind == abi::MovePolicy::Kind::barrier) barrier = true;
    target.push_back(goes ? before->get() : live);
  }
  // Modules that have been draining since an earlier swap continue to drain.
  std::vector<Succession> remaining = directory_->successions();
  std::erase_if(remaining, [&target](const Succession& both) {
    return std::ranges::find(target, both.next) == target.end();
  });
  const auto go = [&](bool behind_barrier) -> Result<MoveReport> {
    Result<Directory> built = Directory::build(target, names_, remaining);
    if (!built) return built.error();
    return switch_directory(std::make_unique<Directory>(*std::move(built)), behind_barrier);
  };
  Result<MoveReport> report = go(barrier);
  if (!report && barrier && report.error().code == Errc::deadline_exceeded) {
    // A handler of the release does not end, so the barrier is never reached. The rollback is more
    // important than the barrier.
    env_.log.warn("swap.back_without_barrier", {{"error", report.error().detail}});
    report = go(false);
  }
  if (report) {
    generations_.restore_former();
    generations_.sort_out(directory_->generations());
  }
  rewrite_stored();  // after a failure too: entities may have stored state in the former schema
  return report;
}

void SwapGate::rewrite_stored() {
  const Result<> rewritten = stored_entities_.rewrite_unreadable(*directory_);
  if (!rewritten) env_.log.error("swap.records_unreadable", {{"error", rewritten.error().detail}});
}

Result<> SwapGate::read_with(std::vector<std::unique_ptr<abi::Generation>> generations) {
  std::vector<Loaded> readers;
  readers.reserve(generations.size());
  for (auto& generation : generations) readers.push_back(load(std::move(generation)));
  generations_.add_former(std::move(readers));
  return stored_entities_.rewrite_unreadable(*directory_);
}

// ---- Retiring generations ---------------------------------------------------------------------

std::vector<std::unique_ptr<abi::Generation>> SwapGate::retire_former() {
  added_.clear();
  generations_.let_drain(directory_->successions());
  std::vector<const LoadedGeneration*> former;
  for (const Loaded& one : generations_.former()) former.push_back(one.get());
  calls_.until_all_done([&former](ShardRuntime& shard, Work unused) {
    shard.parts().upgrader.set_readers({});
    shard.parts().retirement.await(former, std::move(unused));
  });
  return generations_.take_former();
}

// Removes drained generations from the directory, and returns them.
std::vector<std::unique_ptr<abi::Generation>> SwapGate::retire_drained() {
  const std::vector<const LoadedGeneration*> over = generations_.drained();
  if (over.empty()) return {};
  std::vector<Succession> remaining = directory_->successions();
  std::erase_if(remaining, [&over](const Succession& both) {
    return std::ranges::find(over, both.former) != over.end();
  });
  Result<Directory> built = Directory::build(directory_->generations(), names_, remaining);
  SERAI_ASSERT(built.ok());  // the same generations as before
  auto directory = std::make_unique<Directory>(*std::move(built));
  calls_.on_all([&](ShardRuntime& shard) { shard.set_directory(directory.get()); });
  directory_ = std::move(directory);
  return generations_.take_drained(over);
}

}  // namespace serai::runtime
