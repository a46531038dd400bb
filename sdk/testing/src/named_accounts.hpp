// NamedAccounts: passes calls on to the store's ledger, and records the names of the accounts in
// transfers, because no port lists accounts.
//
// Thread  one.
// Owner   borrows the ledger.
#pragma once

#include <set>
#include <string>
#include <utility>

#include "host_headers.hpp"

namespace serai::testing {

class NamedAccounts final : public Ledger {
 public:
  explicit NamedAccounts(Ledger& ledger) : ledger_(ledger) {}

  const std::set<std::string>& names() const { return names_; }

  void reserve(UnitId unit,
               std::uint64_t run,
               LedgerTransfer transfer,
               Executor& where,
               StoreAnswer<serai::Unit> answer) override {
    for (const LedgerEntry& entry : transfer.entries) names_.insert(entry.account);
    ledger_.reserve(unit, run, std::move(transfer), where, std::move(answer));
  }
  void confirm(UnitId unit, std::uint64_t run) override { ledger_.confirm(unit, run); }
  void cancel(UnitId unit, std::uint64_t run) override { ledger_.cancel(unit, run); }
  void balance(std::string account, Executor& where, StoreAnswer<std::int64_t> answer) override {
    ledger_.balance(std::move(account), where, std::move(answer));
  }

 private:
  Ledger& ledger_;
  std::set<std::string> names_;
};

}  // namespace serai::testing
