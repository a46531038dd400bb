#include "swap/swap_stages.hpp"

#include <algorithm>
#include <utility>

#include "rehearsal/module_rehearsal.hpp"

namespace serai::swap {
namespace {

std::string versions(const release::SwapPlan& plan, const release::LiveSet& live) {
  std::string text;
  for (const loading::VerifiedModule& module : plan.changed) {
    const auto running = live.modules.find(module.contract.name);
    if (!text.empty()) text += ", ";
    text += module.contract.name + " " +
            (running == live.modules.end() ? "(new)" : running->second.contract.version) + " -> " +
            module.contract.version;
  }
  return text.empty() ? "nothing changed" : text;
}

release::LiveModule describe(loading::VerifiedModule module,
                             const loading::CachedFile& file,
                             const std::string& release) {
  release::LiveModule out;
  out.contract = std::move(module.contract);
  out.descriptor_set = std::move(module.descriptor_set);
  out.file = file.path();
  out.sha256 = std::move(module.sha256);
  out.build_id = std::move(module.build_id);
  out.release = release;
  return out;
}

std::string moved_text(const MoveReport& moved, const char* did) {
  std::string text = std::to_string(moved.entities_moved) + " entities " + did +
                     ", longest pause " + std::to_string(moved.pause_us_max) + " us";
  if (moved.held_us != 0) text += ", barrier of " + std::to_string(moved.held_us) + " us";
  return text;
}

}  // namespace

SwapStages::SwapStages(Parts parts)
    : parts_(std::move(parts)),
      cache_(parts_.options.data / "modules"),
      kept_(parts_.options.data / "modules" / "kept"),
      rehearser_(parts_.control, parts_.store, parts_.options, parts_.cancelled) {}

Result<std::vector<loading::CachedFile>> SwapStages::copy(const release::SwapPlan& plan) {
  std::vector<loading::CachedFile> files;
  for (const loading::VerifiedModule& module : plan.changed) {
    Result<loading::CachedFile> file = cache_.put(module);
    if (!file) return file.error();
    files.push_back(*std::move(file));
  }
  return files;
}

// Stores the whole release: the new copies of its changed modules, the running copies of the
// others.
Result<> SwapStages::keep(const release::SwapPlan& plan,
                          const std::vector<loading::CachedFile>& files,
                          const release::LiveSet& live) {
  return kept_.keep(plan.release, [&](const release::ReleaseModule& module) {
    const auto changed = std::ranges::find_if(
        plan.changed,
        [&](const loading::VerifiedModule& one) { return one.contract.name == module.name; });
    if (changed != plan.changed.end()) {
      return files[static_cast<std::size_t>(changed - plan.changed.begin())].path();
    }
    return live.modules.at(module.name).file;
  });
}

Result<release::LiveSet> SwapStages::install(const release::Release& release) {
  Result<release::SwapPlan> plan = plan_swap(release, release::LiveSet{});
  if (!plan) return plan.error();
  if (Result<> checked = check_plan(*plan, release::LiveSet{}); !checked) return checked.error();
  Result<std::vector<loading::CachedFile>> files = copy(*plan);
  if (!files) return files.error();
  // A failure is only logged, because the host must start although the disk is full.
  if (Result<> saved = keep(*plan, *files, release::LiveSet{}); !saved) {
    parts_.log.warn("release.not_kept",
                    {{"release", release.name}, {"error", saved.error().detail}});
  }
  Result<LoadedModules> loaded =
      load_files(*std::move(plan), *std::move(files), release::LiveSet{});
  if (!loaded) return loaded.error();
  if (Result<> installed = parts_.control.install(std::move(loaded->generations)); !installed) {
    return installed.error();
  }
  release::LiveSet live;
  live.release = release.name;
  for (release::LiveModule& module : loaded->modules) {
    live.modules.emplace(module.contract.name, std::move(module));
  }
  return live;
}

Result<> SwapStages::read_with(const release::Release& release, const release::LiveSet& live) {
  Result<release::SwapPlan> plan = plan_swap(release, live);
  if (!plan) return plan.error();
  Result<std::vector<loading::CachedFile>> files = copy(*plan);
  if (!files) return files.error();
  Result<LoadedModules> loaded = load_files(*std::move(plan), *std::move(files), live);
  if (!loaded) return loaded.error();
  Result<> read = parts_.control.read_with(std::move(loaded->generations));
  close_former();
  return read;
}

// ---- Verify -----------------------------------------------------------------------------------

Result<std::string> SwapStages::verify(Swap& swap, const release::LiveSet& live) {
  if (Result<> room = refuse_when_too_much_stayed(); !room) return room.error();
  Result<release::SwapPlan> plan = plan_swap(swap.release, live);
  if (!plan) return plan.error();
  swap.plan = *std::move(plan);
  swap.plan.returning = swap.returning;
  for (const loading::VerifiedModule& module : swap.plan.changed) {
    const auto running = live.modules.find(module.contract.name);
    swap.report.modules.push_back(
        {module.contract.name,
         running == live.modules.end() ? "" : running->second.contract.version,
         module.contract.version,
         0});
  }
  Result<std::vector<loading::CachedFile>> files = copy(swap.plan);
  if (!files) return files.error();
  swap.files = *std::move(files);
  if (!swap.report.dry_run) {
    if (Result<> saved = keep(swap.plan, swap.files, live); !saved) return saved.error();
  }
  return versions(swap.plan, live);
}

Result<> SwapStages::refuse_when_too_much_stayed() const {
  const std::vector<std::string>& stayed = parts_.closed->still_mapped();
  if (stayed.size() < parts_.options.still_mapped_max) return success();
  return {Errc::resource_exhausted,
          std::to_string(stayed.size()) + " closed modules are still mapped, the last one " +
              stayed.back() + ": fix these modules, and restart the host to swap again"};
}

// ---- Contract ---------------------------------------------------------------------------------

Result<std::string> SwapStages::check_contract(const Swap& swap,
                                               const release::LiveSet& live) const {
  if (Result<> free = refuse_while_draining(swap.plan); !free) return free.error();
  if (Result<> distinct = refuse_same_version(swap.plan, live); !distinct) return distinct.error();
  if (Result<> checked = check_plan(swap.plan, live); !checked) return checked.error();
  if (Result<> fit = refuse_wrong_settings(swap.plan, live); !fit) return fit.error();
  return std::string(swap.returning ? "a release that served before" : "no breaking change");
}

Result<> SwapStages::refuse_while_draining(const release::SwapPlan& plan) const {
  for (const GenerationFigures& old : parts_.control.figures()) {
    if (!old.draining) continue;
    for (const loading::VerifiedModule& next : plan.changed) {
      if (next.contract.name != old.module) continue;
      return {Errc::failed_precondition,
              old.module + " " + old.version + " still serves " + std::to_string(old.entities) +
                  " entities that end under it (policy drain): ask again when they have ended",
              ErrorKind::still_draining};
    }
  }
  return success();
}

// Refuses other code under the version that serves, because logs, reports and rollbacks identify
// code by its version.
Result<> SwapStages::refuse_same_version(const release::SwapPlan& plan,
                                         const release::LiveSet& live) const {
  if (parts_.options.development || plan.returning) return success();
  std::string refused;
  for (const loading::VerifiedModule& next : plan.changed) {
    const auto running = live.modules.find(next.contract.name);
    if (running == live.modules.end()) continue;
    if (running->second.contract.version != next.contract.version) continue;
    refused += (refused.empty() ? "" : "\n") + next.contract.name + ": other code under version " +
               next.contract.version +
               ", which serves: logs and a rollback could not distinguish them; " +
               "build it with a new VERSION (the development profile accepts it)";
  }
  if (refused.empty()) return success();
  return {Errc::failed_precondition, refused};
}

// Refuses a release whose settings do not fit the configuration files, because the next start would
// fail. A release that served before is accepted: a rollback must not wait until somebody has
// edited a file.
Result<> SwapStages::refuse_wrong_settings(const release::SwapPlan& plan,
                                           const release::LiveSet& live) const {
  if (!parts_.check_settings) return success();
  Settings declared;
  for (const auto& [name, module] : live.modules) declared[name] = module.contract.settings;
  for (const loading::VerifiedModule& module : plan.changed) {
    declared[module.contract.name] = module.contract.settings;
  }
  const Result<> fit = parts_.check_settings(declared);
  if (fit) return success();
  if (!plan.returning) return {Errc::failed_precondition, fit.error().detail};
  parts_.log.error("config.wrong",
                   {{"release", plan.release.name}, {"reason", fit.error().detail}});
  return success();
}

// ---- Rehearse, load, commit -------------------------------------------------------------------

Result<std::string> SwapStages::rehearse(Swap& swap, const release::LiveSet& live) {
  if (Result<> passed = rehearser_.rehearse(swap, live); !passed) return passed.error();
  return rehearsal_text(swap.report.kinds);
}

Result<std::string> SwapStages::load(Swap& swap, const release::LiveSet& live) {
  Result<LoadedModules> loaded =
      load_files(std::exchange(swap.plan, {}), std::exchange(swap.files, {}), live);
  if (!loaded) return loaded.error();
  swap.loaded = *std::move(loaded);
  for (std::size_t i = 0; i < swap.loaded.modules.size(); ++i) {
    swap.report.modules[i].generation = swap.loaded.modules[i].generation;
  }
  return "mapped and constructed in " + std::to_string(swap.loaded.open_us) + " us";
}

Result<LoadedModules> SwapStages::load_files(release::SwapPlan plan,
                                             std::vector<loading::CachedFile> files,
                                             const release::LiveSet& running) {
  LoadedModules loaded;
  for (std::size_t i = 0; i < plan.changed.size(); ++i) {
    loading::VerifiedModule& module = plan.changed[i];
    loading::LoadRequest request;
    request.generation = parts_.control.next_generation_id();
    request.release = plan.release.name;
    request.host = &parts_.control.host_table();
    request.on_closed = [closed = parts_.closed](const loading::ClosedModule& one) {
      closed->report(one);
    };
    const abi::MovePolicy policy = policy_of(plan, module, running);
    release::LiveModule live = describe(module, files[i], plan.release.name);
    Result<loading::LoadedModule> opened = load_module(module, std::move(files[i]), request);
    if (!opened) {
      return {opened.error().code, module.contract.name + ": load: " + opened.error().detail};
    }
    opened->generation->policy = policy;
    live.contract = opened->generation->contract;
    live.generation = request.generation;
    loaded.open_us += opened->open_us;
    loaded.generations.push_back(std::move(opened->generation));
    loaded.modules.push_back(std::move(live));
  }
  return loaded;
}

Result<std::string> SwapStages::commit(Swap& swap) {
  Result<MoveReport> moved = parts_.control.switch_to(std::exchange(swap.loaded.generations, {}));
  if (!moved) {
    return {moved.error().code, "commit: " + moved.error().detail + "; all entities are back"};
  }
  swap.report.moved = *moved;
  return moved_text(*moved, "moved");
}

Result<std::string> SwapStages::go_back() {
  Result<MoveReport> moved = parts_.control.switch_back();
  if (!moved) return moved.error();
  close_former();
  return moved_text(*moved, "moved back");
}

Result<std::string> SwapStages::move_rest() {
  Result<MoveReport> moved = parts_.control.switch_rest();
  if (!moved) return moved.error();
  return moved_text(*moved, "followed");
}

// ---- Settle -----------------------------------------------------------------------------------

std::string SwapStages::retire() {
  const std::vector<std::string>& stayed = parts_.closed->still_mapped();
  const std::size_t before = stayed.size();
  close_former();
  retire_drained();
  if (stayed.size() > before) return "former code stays mapped: " + stayed.back();
  return draining_ ? "former code serves its open entities" : "former code is unmapped";
}

void SwapStages::retire_drained() {
  parts_.control.retire_drained();  // destroys the generations that it returns, on this thread
  const std::vector<GenerationFigures> figures = parts_.control.figures();
  draining_ = std::ranges::any_of(figures, &GenerationFigures::draining);
}

void SwapStages::close_former() {
  // The generations are destroyed here, on the loader thread: each instance first, then its code.
  std::vector<std::unique_ptr<abi::Generation>> former = parts_.control.retire_former();
  former.clear();
}

}  // namespace serai::swap
