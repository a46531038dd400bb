#include "ledger.hpp"

#include <algorithm>

namespace serai::testing {
namespace {

constexpr std::int64_t kDeltaMax = 1'000'000'000'000'000;  // as the host's

// Players and escrows never owe; mint, sink and towns may.
bool is_bounded(std::string_view account) {
  return account.starts_with("player:") || account.starts_with("escrow:");
}

}  // namespace

Outcome Ledger::hold(std::uint64_t run, const std::string& idem_key, const Entries& entries) {
  const Entries* earlier = nullptr;
  if (const auto done = done_.find(idem_key); done != done_.end()) earlier = &done->second;
  for (const Hold& held : holds_) {
    if (held.idem_key == idem_key) earlier = &held.entries;
  }
  if (earlier != nullptr) {
    if (*earlier == entries) return {};
    return {Status::already_exists, "idem_key was used for another transfer", {}};
  }
  std::int64_t sum = 0;
  std::map<std::string, std::int64_t> wanted;
  for (const auto& [account, delta] : entries) {
    if (account.empty() || delta > kDeltaMax || delta < -kDeltaMax) {
      return {Status::invalid_argument, "bad entry for account '" + account + "'", {}};
    }
    sum += delta;
    wanted[account] += delta;
  }
  if (sum != 0) {
    return {Status::invalid_argument, "entries must sum to zero", {}};
  }
  for (const auto& [account, delta] : wanted) {
    if (delta < 0 && is_bounded(account) && available(account) + delta < 0) {
      return {Status::failed_precondition, "insufficient_funds: " + account, {}};
    }
  }
  holds_.push_back({run, idem_key, entries});
  return {};
}

void Ledger::keep(std::uint64_t run) {
  for (const Hold& held : holds_) {
    if (held.run != run) continue;
    for (const auto& [account, delta] : held.entries) balances_[account] += delta;
    done_[held.idem_key] = held.entries;
  }
  drop(run);
}

void Ledger::drop(std::uint64_t run) {
  std::erase_if(holds_, [run](const Hold& held) { return held.run == run; });
}

std::int64_t Ledger::balance(const std::string& account) const {
  const auto found = balances_.find(account);
  return found == balances_.end() ? 0 : found->second;
}

std::int64_t Ledger::available(const std::string& account) const {
  std::int64_t left = balance(account);
  for (const Hold& held : holds_) {
    for (const auto& [name, delta] : held.entries) {
      if (name == account && delta < 0) left += delta;
    }
  }
  return left;
}

}  // namespace serai::testing
