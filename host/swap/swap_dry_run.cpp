#include "swap/swap_dry_run.hpp"

#include <nlohmann/json.hpp>

#include "release/contract_check.hpp"
#include "swap/swap_engine.hpp"

namespace serai {
namespace {

using Json = nlohmann::ordered_json;

const char* verdict(SwapOutcome outcome) {
  return outcome == SwapOutcome::refused     ? "refused"
         : outcome == SwapOutcome::unchanged ? "unchanged"
                                             : "passes";
}

// "1 -> 2"; with the schema the states are handed over in when it is neither.
std::string schema_step(const KindContract& from, const KindContract& to) {
  const std::uint32_t handed = from.best_for(to).value_or(to.schema);
  std::string text = std::to_string(from.schema);
  if (handed != from.schema && handed != to.schema) text += " -> " + std::to_string(handed);
  return from.schema == to.schema ? text : text + " -> " + std::to_string(to.schema);
}

class DryRunReport {
 public:
  DryRunReport(const SwapRecord& record, const SwapStages::Prepared* prepared, const LiveSet& live)
      : record_(record), prepared_(prepared), live_(live) {}

  Json print() {
    Json report = Json::parse(print_record(record_), nullptr, false);
    for (const char* of_a_swap :
         {"id", "outcome", "kept", "entities_moved", "state_bytes", "commit_us", "pause_us_max"}) {
      report.erase(of_a_swap);
    }
    for (Json& module : report["modules"]) {
      module.erase("generation");
      if (const auto policy = policy_of_module(module["name"])) module["policy"] = *policy;
    }
    report["dry_run"] = true;
    report["verdict"] = verdict(record_.outcome);
    add_kinds(report);
    report["warnings"] = warnings();
    if (!record_.probe_output.empty()) report["probe_output"] = record_.probe_output;
    return report;
  }

 private:
  std::optional<std::string> policy_of_module(const std::string& name) const {
    if (prepared_ == nullptr) return std::nullopt;
    for (const VerifiedModule& module : prepared_->plan.changed) {
      if (module.contract.name != name) continue;
      return print_policy(policy_of(prepared_->plan, module, live_));
    }
    return std::nullopt;
  }

  void add_kinds(Json& report) const {
    std::uint64_t entities = 0;
    std::uint64_t bytes = 0;
    Json kinds = Json::array();
    for (const auto& [name, kind] : record_.kinds) {
      const auto each = static_cast<std::int64_t>(std::max<std::uint64_t>(kind.entities(), 1));
      Json one = {{"kind", name},
                  {"entities", kind.live},
                  {"stored", kind.stored},
                  {"state_bytes", kind.live_bytes},
                  {"import_us", kind.import_us / each},
                  {"import_us_max", kind.import_us_max},
                  {"export_us", kind.export_us / each},
                  {"export_us_max", kind.export_us_max},
                  {"replayed", kind.replayed},
                  {"replayed_messages", kind.replayed_messages},
                  {"diverged", kind.diverged},
                  {"unsteady", kind.unsteady}};
      if (const std::string step = schema_of(name); !step.empty()) one["schema"] = step;
      kinds.push_back(std::move(one));
      entities += kind.live;
      bytes += kind.live_bytes;
    }
    report["kinds"] = kinds;
    report["entities"] = entities;
    report["state_bytes"] = bytes;
  }

  std::string schema_of(const std::string& name) const {
    if (prepared_ == nullptr) return {};
    for (const VerifiedModule& module : prepared_->plan.changed) {
      const auto running = live_.modules.find(module.contract.name);
      if (running == live_.modules.end()) continue;
      const KindContract* from = find_kind(running->second.contract, name);
      const KindContract* to = find_kind(module.contract, name);
      if (from != nullptr && to != nullptr) return schema_step(*from, *to);
    }
    return {};
  }

  static const KindContract* find_kind(const ModuleContract& contract, const std::string& name) {
    for (const KindContract& kind : contract.kinds) {
      if (kind.name == name) return &kind;
    }
    return nullptr;
  }

  // What would happen although somebody may not have meant it.
  Json warnings() const {
    Json list = Json::array();
    if (prepared_ == nullptr) return list;
    if (prepared_->plan.release.irreversible) {
      list.push_back("irreversible: no probation, and no way back");
    }
    for (const VerifiedModule& module : prepared_->plan.changed) {
      const auto running = live_.modules.find(module.contract.name);
      if (running == live_.modules.end()) {
        list.push_back(module.contract.name + " is new here");
        continue;
      }
      if (running->second.contract.version == module.contract.version) {
        list.push_back(module.contract.name + ": other code under the same version " +
                       module.contract.version);
      }
      add_breaking(running->second, module, list);
    }
    return list;
  }

  static void add_breaking(const LiveModule& live, const VerifiedModule& next, Json& list) {
    const auto before = Descriptors::make(live.descriptor_set);
    const auto after = Descriptors::make(next.descriptor_set);
    if (!before || !after) return;
    for (const BreakingChange& change :
         breaking_changes({live.contract, before->get()}, {next.contract, after->get()})) {
      list.push_back(next.contract.name + ": breaks " + change.name +
                     ", as allowed: " + change.what);
    }
  }

  const SwapRecord& record_;
  const SwapStages::Prepared* prepared_;
  const LiveSet& live_;
};

}  // namespace

std::string print_dry_run(const SwapRecord& record,
                          const SwapStages::Prepared* prepared,
                          const LiveSet& live) {
  return DryRunReport(record, prepared, live)
      .print()
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

// ---- The engine's part ------------------------------------------------------------------------

Result<std::string> SwapEngine::dry_run(const std::string& release) {
  if (!release.empty() && !is_plain_name(release)) {
    return {Errc::invalid_argument, "\"" + release + "\" is not the name of a release"};
  }
  return ask({.release = release, .trigger = "admin", .dry_run = true});
}

// All that a swap does up to LOAD. The link, the facts, the history and what runs stay as they are.
void SwapEngine::handle_dry_run(Request& request) {
  if (trial_) {
    return answer(request,
                  Error{Errc::failed_precondition,
                        trial_->record.to + " is on probation: ask again when it has settled"});
  }
  const Result<Release> release = find_release(request);
  const std::string to = release ? release->name : request.release;
  SwapRecord record = timeline_.open(0, live_.release, to, request.trigger);
  record.dry_run = true;
  Result<SwapStages::Prepared> prepared{SwapStages::Prepared{}};
  if (!release) {
    prepared = release.error();
  } else if (digest_of(*release) == digest_of(live_)) {
    const Result<SwapPlan> sound = plan_swap(*release, LiveSet{});
    if (!sound) prepared = sound.error();
    record.outcome = SwapOutcome::unchanged;
  } else {
    prepared = stages_.prepare(*release, live_, memory_.served_before(digest_of(*release)), record);
  }
  if (!prepared) timeline_.conclude(record, SwapOutcome::refused, prepared.error().detail);
  const SwapStages::Prepared* passed = prepared ? &*prepared : nullptr;
  answer(request, print_dry_run(record, passed, live_));
  log_.info("swap.dry_run_ended",
            {{"to", to}, {"verdict", verdict(record.outcome)}, {"reason", record.reason}});
}

}  // namespace serai
