#include "rehearsal/module_rehearsal.hpp"

#include <algorithm>

namespace serai::rehearsal {
namespace {

// Divergences are always reported. They refuse the module only for the kinds that the release
// lists.
void judge_divergences(const ProbePlan& plan, Verdict& verdict) {
  for (const std::string& kind : plan.refuse_divergence) {
    const auto found = verdict.kinds.find(kind);
    if (found == verdict.kinds.end() || found->second.diverged == 0) continue;
    verdict.passed = false;
    verdict.reason = std::to_string(found->second.diverged) + " of " +
                     std::to_string(found->second.replayed) + " replayed entities of kind " + kind +
                     " diverge from the live version, and \"on_divergence\" is \"refuse\" "
                     "(if meant so: \"divergence:" +
                     kind + "\" in \"allow_breaking\")";
    const auto first = std::ranges::find(
        verdict.divergences, kind, [](const StateDifference& one) { return one.id.kind; });
    if (first != verdict.divergences.end()) {
      verdict.reason += "; the first is " + first->id.key + ": " + first->what;
    }
    return;
  }
}

}  // namespace

ProbePlan make_probe_plan(const release::Release& release,
                          const loading::VerifiedModule& module,
                          const std::filesystem::path& file,
                          const release::LiveModule* live) {
  ProbePlan plan;
  plan.module = module.contract.name;
  plan.new_file = file;
  if (live != nullptr) plan.old_file = live->file;
  plan.irreversible = release.irreversible;
  plan.allow = release.allow_breaking;
  for (const abi::KindContract& kind : module.contract.kinds) {
    if (release.refuses_divergence(module.contract.name, kind.name)) {
      plan.refuse_divergence.push_back(kind.name);
    }
  }
  return plan;
}

Result<Verdict> run_probe(const ProbePlan& plan,
                          const ProbeOptions& options,
                          const std::function<Result<>(Probe&)>& feed) {
  Result<std::unique_ptr<Probe>> probe = Probe::start(plan, options);
  if (!probe) return probe.error();
  if (Result<> fed = feed(**probe); !fed) return fed.error();
  Verdict verdict = (*probe)->finish();
  if (verdict.passed) judge_divergences(plan, verdict);
  return verdict;
}

std::string refusal_text(const std::string& module, const Verdict& verdict) {
  std::string text = module + ": rehearsal: " + verdict.reason;
  if (!verdict.entity) return text;
  const ExportedEntity& entity = *verdict.entity;
  return text + " (entity " + entity.id.kind + " " + entity.id.key + ", schema " +
         std::to_string(entity.schema) + ", " + (entity.live ? "live" : "stored") + ")";
}

std::string rehearsal_text(const std::map<std::string, RehearsedKind>& kinds) {
  RehearsedKind all;
  for (const auto& [name, kind] : kinds) {
    all.live += kind.live;
    all.stored += kind.stored;
    all.differ += kind.differ;
    all.replayed += kind.replayed;
    all.replayed_messages += kind.replayed_messages;
    all.diverged += kind.diverged;
    all.unsteady += kind.unsteady;
  }
  std::string text = std::to_string(all.entities()) + " entities moved and read back";
  if (all.differ != 0) text += ", " + std::to_string(all.differ) + " of them differ, as allowed";
  if (all.replayed != 0) {
    text += ", " + std::to_string(all.replayed_messages) + " recorded messages of " +
            std::to_string(all.replayed) + " matches replayed, " + std::to_string(all.diverged) +
            " of them diverge";
  }
  if (all.unsteady != 0) {
    text += ", " + std::to_string(all.unsteady) +
            " matches whose recording the live version does not reproduce";
  }
  return text;
}

}  // namespace serai::rehearsal
