#include "swap/swap_stages.hpp"

#include <algorithm>

#include "rehearsal/module_rehearsal.hpp"

namespace serai {
namespace {

std::string versions(const SwapPlan& plan, const LiveSet& live) {
  std::string text;
  for (const VerifiedModule& module : plan.changed) {
    const auto running = live.modules.find(module.contract.name);
    if (!text.empty()) text += ", ";
    text += module.contract.name + " " +
            (running == live.modules.end() ? "(new)" : running->second.contract.version) + " -> " +
            module.contract.version;
  }
  return text.empty() ? "nothing changed" : text;
}

LiveModule describe(VerifiedModule module, const CachedFile& file, const std::string& release) {
  LiveModule out;
  out.contract = std::move(module.contract);
  out.descriptor_set = std::move(module.descriptor_set);
  out.file = file.path();
  out.sha256 = std::move(module.sha256);
  out.build_id = std::move(module.build_id);
  out.release = release;
  return out;
}

std::string describe(const SwapReport& report, const char* did) {
  std::string text = std::to_string(report.entities_moved) + " entities " + did +
                     ", longest pause " + std::to_string(report.pause_us_max) + " us";
  if (report.held_us != 0) text += ", all held for " + std::to_string(report.held_us) + " us";
  return text;
}

}  // namespace

SwapStages::SwapStages(Parts parts)
    : control_(parts.control),
      store_(parts.store),
      timeline_(parts.timeline),
      options_(parts.options),
      closed_(std::move(parts.closed)),
      cancelled_(std::move(parts.cancelled)),
      cache_(options_.data / "modules"),
      kept_(options_.data / "modules" / "kept") {}

Result<std::vector<CachedFile>> SwapStages::copy(const SwapPlan& plan) {
  std::vector<CachedFile> files;
  for (const VerifiedModule& module : plan.changed) {
    Result<CachedFile> file = cache_.put(module);
    if (!file) return file.error();
    files.push_back(*std::move(file));
  }
  return files;
}

// Unchanged modules run from private copies already.
Result<> SwapStages::keep(const SwapPlan& plan,
                          const std::vector<CachedFile>& files,
                          const LiveSet& live) {
  return kept_.keep(plan.release, [&](const ReleaseModule& module) {
    const auto changed = std::ranges::find_if(
        plan.changed, [&](const VerifiedModule& one) { return one.contract.name == module.name; });
    if (changed != plan.changed.end()) {
      return files[static_cast<std::size_t>(changed - plan.changed.begin())].path();
    }
    return live.modules.at(module.name).file;
  });
}

Result<LiveSet> SwapStages::install(const Release& release) {
  Result<SwapPlan> plan = plan_swap(release, LiveSet{});
  if (!plan) return plan.error();
  if (Result<> checked = check_plan(*plan, LiveSet{}); !checked) return checked.error();
  Result<std::vector<CachedFile>> files = copy(*plan);
  if (!files) return files.error();
  // A disk that is full keeps no host from starting.
  if (Result<> kept = keep(*plan, *files, LiveSet{}); !kept) {
    closed_->log.warn("release.not_kept",
                      {{"release", release.name}, {"error", kept.error().detail}});
  }
  Result<Loaded> loaded = load(*std::move(plan), *std::move(files), LiveSet{});
  if (!loaded) return loaded.error();
  if (Result<> installed = control_.install(std::move(loaded->generations)); !installed) {
    return installed.error();
  }
  LiveSet live;
  live.release = release.name;
  for (LiveModule& module : loaded->modules) {
    live.modules.emplace(module.contract.name, std::move(module));
  }
  return live;
}

Result<> SwapStages::read_with(const Release& release, const LiveSet& live) {
  Result<SwapPlan> plan = plan_swap(release, live);
  if (!plan) return plan.error();
  Result<std::vector<CachedFile>> files = copy(*plan);
  if (!files) return files.error();
  Result<Loaded> loaded = load(*std::move(plan), *std::move(files), live);
  if (!loaded) return loaded.error();
  Result<> read = control_.read_with(std::move(loaded->generations));
  retire();
  return read;
}

Result<SwapStages::Prepared> SwapStages::prepare(const Release& release,
                                                 const LiveSet& live,
                                                 bool returning,
                                                 SwapRecord& record) {
  timeline_.begin(record, "verify");
  if (Result<> room = refuse_when_too_much_stayed(); !room) return room.error();
  Result<SwapPlan> plan = plan_swap(release, live);
  if (!plan) return plan.error();
  Prepared prepared;
  prepared.plan = *std::move(plan);
  prepared.plan.returning = returning;
  for (const VerifiedModule& module : prepared.plan.changed) {
    const auto running = live.modules.find(module.contract.name);
    record.modules.push_back({module.contract.name,
                              running == live.modules.end() ? "" : running->second.contract.version,
                              module.contract.version,
                              0});
  }
  Result<std::vector<CachedFile>> files = copy(prepared.plan);
  if (!files) return files.error();
  prepared.files = *std::move(files);
  if (!record.dry_run) {
    if (Result<> kept = keep(prepared.plan, prepared.files, live); !kept) return kept.error();
  }
  timeline_.end(record, versions(prepared.plan, live));

  timeline_.begin(record, "contract");
  if (Result<> free = refuse_while_draining(prepared.plan); !free) return free.error();
  if (Result<> told_apart = refuse_same_version(prepared.plan, live); !told_apart) {
    return told_apart.error();
  }
  if (Result<> checked = check_plan(prepared.plan, live); !checked) return checked.error();
  timeline_.end(record, returning ? "a release that served before" : "no breaking change");

  timeline_.begin(record, "rehearse");
  if (Result<> rehearsed = rehearse(prepared, live, record); !rehearsed) return rehearsed.error();
  timeline_.end(record, rehearsal_text(record.kinds));
  return prepared;
}

// Logs, records and the way back know code by its version.
Result<> SwapStages::refuse_same_version(const SwapPlan& plan, const LiveSet& live) const {
  if (options_.development || plan.returning) return success();
  std::string refused;
  for (const VerifiedModule& next : plan.changed) {
    const auto running = live.modules.find(next.contract.name);
    if (running == live.modules.end()) continue;
    if (running->second.contract.version != next.contract.version) continue;
    refused += (refused.empty() ? "" : "\n") + next.contract.name + ": other code under version " +
               next.contract.version +
               ", which serves: logs and the way back could not tell them " +
               "apart; build it with a new VERSION (the development profile takes it as it is)";
  }
  if (refused.empty()) return success();
  return {Errc::failed_precondition, refused};
}

Result<SwapStages::Loaded> SwapStages::load(SwapPlan plan,
                                            std::vector<CachedFile> files,
                                            const LiveSet& running) {
  Loaded loaded;
  for (std::size_t i = 0; i < plan.changed.size(); ++i) {
    VerifiedModule& module = plan.changed[i];
    LoadRequest request;
    request.generation = control_.next_generation_id();
    request.release = plan.release.name;
    request.host = &control_.host_table();
    request.on_closed = [told = closed_](const ClosedModule& closed) { told->report(closed); };
    const MovePolicy policy = policy_of(plan, module, running);
    LiveModule live = describe(module, files[i], plan.release.name);
    Result<LoadedModule> opened = load_module(module, std::move(files[i]), request);
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

Result<LiveSet> SwapStages::commit(Prepared prepared, const LiveSet& live, SwapRecord& record) {
  timeline_.begin(record, "load");
  const std::string release = prepared.plan.release.name;
  Result<Loaded> loaded = load(std::move(prepared.plan), std::move(prepared.files), live);
  if (!loaded) return loaded.error();
  for (std::size_t i = 0; i < loaded->modules.size(); ++i) {
    record.modules[i].generation = loaded->modules[i].generation;
  }
  timeline_.end(record, "mapped and constructed in " + std::to_string(loaded->open_us) + " us");

  timeline_.begin(record, "commit");
  Result<SwapReport> report = control_.switch_to(std::move(loaded->generations));
  if (!report) {
    return {report.error().code, "commit: " + report.error().detail + "; all entities are back"};
  }
  record.report = *report;
  timeline_.end(record, describe(*report, "moved"));
  LiveSet next = live;
  next.release = release;
  for (LiveModule& module : loaded->modules) {
    next.modules.insert_or_assign(module.contract.name, std::move(module));
  }
  return next;
}

Result<> SwapStages::go_back(SwapRecord& record) {
  timeline_.begin(record, "rollback");
  Result<SwapReport> report = control_.switch_back();
  if (!report) {
    timeline_.end(record, report.error().detail);
    return report.error();
  }
  retire();
  timeline_.end(record, describe(*report, "moved back"));
  return success();
}

Result<> SwapStages::move_rest(SwapRecord& record) {
  timeline_.begin(record, "rest");
  Result<SwapReport> report = control_.switch_rest();
  if (!report) {
    timeline_.end(record, report.error().detail);
    return report.error();
  }
  timeline_.end(record, describe(*report, "followed"));
  return success();
}

Result<> SwapStages::refuse_when_too_much_stayed() const {
  const std::vector<std::string>& stayed = closed_->still_mapped_after_close;
  if (stayed.size() < options_.still_mapped_max) return success();
  return {Errc::resource_exhausted,
          std::to_string(stayed.size()) + " closed modules are still mapped, the last one " +
              stayed.back() + ": mend what holds them, and restart the host to swap again"};
}

Result<> SwapStages::refuse_while_draining(const SwapPlan& plan) const {
  for (const GenerationFigures& old : control_.figures()) {
    if (!old.draining) continue;
    for (const VerifiedModule& next : plan.changed) {
      if (next.contract.name != old.module) continue;
      return {Errc::failed_precondition,
              old.module + " " + old.version + " still serves " + std::to_string(old.entities) +
                  " entities that end under it (policy drain): ask again when they have ended",
              ErrorKind::still_draining};
    }
  }
  return success();
}

bool SwapStages::retire_drained() {
  control_.retire_drained();  // what it gives back is destroyed here, on the loader thread
  const std::vector<GenerationFigures> figures = control_.figures();
  return std::ranges::none_of(figures, &GenerationFigures::draining);
}

void SwapStages::retire() {
  // Destroyed here, on the loader thread: instance first, then the code.
  std::vector<std::unique_ptr<Generation>> former = control_.retire_former();
  former.clear();
}

}  // namespace serai
