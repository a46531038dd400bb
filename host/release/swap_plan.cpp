#include "release/swap_plan.hpp"

#include <memory>

#include "base/file_io.hpp"
#include "release/contract_check.hpp"
#include "release/verify_release.hpp"

namespace serai::release {
namespace {

void add_line(std::string& text, const std::string& line) {
  if (!text.empty()) text += "\n";
  text += line;
}

const loading::VerifiedModule* find_changed(const SwapPlan& plan, const std::string& name) {
  for (const loading::VerifiedModule& module : plan.changed) {
    if (module.contract.name == name) return &module;
  }
  return nullptr;
}

// Finds clashes between the modules of a release. Two modules must not declare the same kind or the
// same RPC. Handlers that only modules call are found through their kind, so they may have the same
// name. Modules may share ledger accounts if they declare them alike.
class Claims {
 public:
  void add(const abi::ModuleContract& module) {
    for (const abi::KindContract& kind : module.kinds) claim("kind " + kind.name, module.name);
    for (const abi::HandlerContract& handler : module.handlers) {
      const bool by_name = handler.client || handler.kind.empty();
      if (handler.trigger == abi::Trigger::rpc && by_name)
        claim("rpc " + handler.name, module.name);
    }
    for (const abi::AccountContract& accounts : module.accounts) share(accounts, module.name);
  }
  const std::string& clashes() const { return clashes_; }

 private:
  void claim(const std::string& item, const std::string& module) {
    const auto [at, fresh] = owners_.emplace(item, module);
    if (fresh) return;
    add_line(clashes_, item + " is declared by " + at->second + " and by " + module);
  }
  void share(const abi::AccountContract& accounts, const std::string& module) {
    if (accounts.purse) share_purse(accounts, module);
    const auto [at, fresh] = accounts_.try_emplace(accounts.prefix, module, accounts);
    const auto& [first, declared] = at->second;
    if (fresh || declared == accounts) return;
    const std::string line = "accounts " + accounts.prefix;
    if (declared.below_zero != accounts.below_zero) {
      const std::string& may = declared.below_zero ? first : module;
      const std::string& may_not = declared.below_zero ? module : first;
      add_line(clashes_, line + " may fall below zero for " + may + ", and not for " + may_not);
    }
    if (declared.currency != accounts.currency) {
      add_line(clashes_,
               line + " hold " + declared.currency + " for " + first + ", and " +
                   accounts.currency + " for " + module);
    } else if (declared.purse != accounts.purse) {
      const std::string& is = declared.purse ? first : module;
      const std::string& is_not = declared.purse ? module : first;
      add_line(clashes_, line + " are purses for " + is + ", and not for " + is_not);
    }
  }
  void share_purse(const abi::AccountContract& accounts, const std::string& module) {
    const auto [at, fresh] = purses_.try_emplace(accounts.currency, accounts.prefix);
    if (fresh || at->second == accounts.prefix) return;
    add_line(clashes_,
             "the purse of " + accounts.currency + " is " + at->second + ", and " +
                 accounts.prefix + " for " + module);
  }

  std::map<std::string, std::string> owners_;
  // By prefix: the first module that declares the accounts, and its declaration.
  std::map<std::string, std::pair<std::string, abi::AccountContract>> accounts_;
  std::map<std::string, std::string> purses_;  // the prefix of each currency's purse
  std::string clashes_;
};

Result<std::string> refused_changes(const loading::VerifiedModule& next,
                                    const LiveModule& live,
                                    const SwapPlan& plan) {
  Result<std::unique_ptr<loading::Descriptors>> before =
      loading::Descriptors::make(live.descriptor_set);
  if (!before) return before.error();
  Result<std::unique_ptr<loading::Descriptors>> after =
      loading::Descriptors::make(next.descriptor_set);
  if (!after) return after.error();
  std::string refused;
  for (const BreakingChange& change :
       breaking_changes({live.contract, before->get()}, {next.contract, after->get()})) {
    const std::string line = next.contract.name + ": " + change.name + ": " + change.what;
    const bool allowed = plan.release.allows(change.name) || plan.release.allows(line);
    if (change.allowable && (plan.returning || allowed)) continue;
    if (change.name.ends_with(".rollback") && plan.release.irreversible) continue;
    add_line(refused, line);
  }
  return refused;
}

// Returns a kind of both versions whose present schema the next version cannot read; empty: none.
std::string unread_kind(const loading::VerifiedModule& next, const LiveSet& live) {
  const auto running = live.modules.find(next.contract.name);
  if (running == live.modules.end()) return {};
  for (const abi::KindContract& kind : running->second.contract.kinds) {
    const abi::KindContract* same = next.contract.find_kind(kind.name);
    if (same != nullptr && !same->reads(kind.schema)) return kind.name;
  }
  return {};
}

// Refuses `drain` and `canary` when the next version cannot read what the live one writes. Under
// these policies both serve side by side.
std::string refused_policy(const SwapPlan& plan,
                           const loading::VerifiedModule& next,
                           const LiveSet& live) {
  if (plan.returning) return {};
  for (const ReleaseModule& declared : plan.release.modules) {
    if (declared.name != next.contract.name || !declared.policy.shares()) continue;
    const std::string kind = unread_kind(next, live);
    if (kind.empty()) continue;
    return next.contract.name + ": policy \"" + print_policy(declared.policy) +
           "\" needs a module that reads the present schema of kind " + kind +
           "; use \"rolling\" or \"barrier\"";
  }
  return {};
}

std::string digest(const std::map<std::string, std::string>& hashes) {
  std::string all;
  for (const auto& [name, hash] : hashes) all += name + "=" + hash + "\n";
  return sha256_hex(all);
}

}  // namespace

Result<SwapPlan> plan_swap(const Release& release, const LiveSet& live) {
  SwapPlan plan;
  plan.release = release;
  std::string refused;
  std::map<std::string, bool> present;
  for (const ReleaseModule& declared : release.modules) {
    present[declared.name] = true;
    Result<loading::VerifiedModule> module = verify_release_module(release, declared);
    if (!module) {
      add_line(refused, module.error().detail);
      continue;
    }
    const auto running = live.modules.find(declared.name);
    const bool same = running != live.modules.end() && running->second.sha256 == module->sha256;
    if (!same) plan.changed.push_back(*std::move(module));
  }
  for (const auto& [name, module] : live.modules) {
    if (present.count(name) > 0) continue;
    add_line(refused,
             name +
                 ": release.missing: the release leaves out a running module: add it, or point "
                 "the link here and restart the host to remove it");
  }
  if (!refused.empty()) return {Errc::failed_precondition, refused};
  return plan;
}

abi::MovePolicy policy_of(const SwapPlan& plan,
                          const loading::VerifiedModule& next,
                          const LiveSet& live) {
  abi::MovePolicy policy;
  for (const ReleaseModule& declared : plan.release.modules) {
    if (declared.name == next.contract.name) policy = declared.policy;
  }
  const bool shared_in_vain = policy.shares() && !unread_kind(next, live).empty();
  return shared_in_vain ? abi::MovePolicy{} : policy;
}

Result<> check_plan(const SwapPlan& plan, const LiveSet& live) {
  std::string refused;
  Claims claims;
  for (const auto& [name, module] : live.modules) {
    if (find_changed(plan, name) == nullptr) claims.add(module.contract);
  }
  for (const loading::VerifiedModule& next : plan.changed) {
    claims.add(next.contract);
    const auto running = live.modules.find(next.contract.name);
    if (running == live.modules.end()) continue;
    Result<std::string> changes = refused_changes(next, running->second, plan);
    if (!changes) return changes.error();
    if (!changes->empty()) add_line(refused, *changes);
    if (const std::string policy = refused_policy(plan, next, live); !policy.empty()) {
      return {Errc::failed_precondition, policy};
    }
  }
  if (!claims.clashes().empty()) return {Errc::failed_precondition, claims.clashes()};
  if (refused.empty()) return success();
  return {Errc::failed_precondition,
          "breaking changes (if they are intended, put these lines into \"allow_breaking\" of "
          "manifest.json, or pass them to --allow-breaking):\n" +
              refused};
}

std::string digest_of(const Release& release) {
  std::map<std::string, std::string> hashes;
  for (const ReleaseModule& module : release.modules) hashes[module.name] = module.sha256;
  return digest(hashes);
}

std::string digest_of(const LiveSet& live) {
  std::map<std::string, std::string> hashes;
  for (const auto& [name, module] : live.modules) hashes[name] = module.sha256;
  return digest(hashes);
}

}  // namespace serai::release
