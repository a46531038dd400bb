#include "swap/dry_run.hpp"

#include "release/contract_check.hpp"

namespace serai::swap {
namespace {

// Returns "1 -> 2", or "1 -> 2 -> 3" when the former version writes its states in a third schema
// (2) that the new one can read.
std::string schema_step(const abi::KindContract& from, const abi::KindContract& to) {
  const std::uint32_t handed = from.best_for(to).value_or(to.schema);
  std::string text = std::to_string(from.schema);
  if (handed != from.schema && handed != to.schema) text += " -> " + std::to_string(handed);
  return from.schema == to.schema ? text : text + " -> " + std::to_string(to.schema);
}

void add_schemas(const abi::ModuleContract& from, const abi::ModuleContract& to, DryRun& out) {
  for (const abi::KindContract& kind : to.kinds) {
    const abi::KindContract* before = from.find_kind(kind.name);
    if (before != nullptr) out.schemas[kind.name] = schema_step(*before, kind);
  }
}

void add_breaking(const release::LiveModule& live,
                  const loading::VerifiedModule& next,
                  DryRun& out) {
  const auto before = loading::Descriptors::make(live.descriptor_set);
  const auto after = loading::Descriptors::make(next.descriptor_set);
  if (!before || !after) return;
  for (const release::BreakingChange& change :
       release::breaking_changes({live.contract, before->get()}, {next.contract, after->get()})) {
    out.warnings.push_back(next.contract.name + ": breaks " + change.name +
                           ", as allowed: " + change.what);
  }
}

// Adds warnings for changes that are allowed but may be unintended.
void add_module(const loading::VerifiedModule& next, const release::LiveSet& live, DryRun& out) {
  const std::string& name = next.contract.name;
  const auto running = live.modules.find(name);
  if (running == live.modules.end()) {
    out.warnings.push_back(name + " is a new module");
    return;
  }
  if (running->second.contract.version == next.contract.version) {
    out.warnings.push_back(name + ": other code under the same version " + next.contract.version);
  }
  add_breaking(running->second, next, out);
  add_schemas(running->second.contract, next.contract, out);
}

}  // namespace

DryRun describe_dry_run(SwapReport report,
                        const release::SwapPlan* plan,
                        const release::LiveSet& live) {
  DryRun out{std::move(report)};
  if (plan == nullptr) return out;
  if (plan->release.irreversible) {
    out.warnings.emplace_back("irreversible: no probation, and no way back");
  }
  for (const loading::VerifiedModule& module : plan->changed) {
    out.policies[module.contract.name] = release::print_policy(policy_of(*plan, module, live));
    add_module(module, live, out);
  }
  return out;
}

std::string_view verdict_text(SwapOutcome outcome) {
  return outcome == SwapOutcome::refused     ? "refused"
         : outcome == SwapOutcome::unchanged ? "unchanged"
                                             : "passes";
}

}  // namespace serai::swap
