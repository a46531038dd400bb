// SQL that reads the ledger: balances and transfers for reservations, its audit, an account's
// history.
//
// Units   amounts are integers in the unit that the game has chosen.
// Errors  of SqlLedger: stay in the Db. Others: the Db's; check_ledger(): data_loss.
// Thread  that of the Db. An audit reads the whole ledger.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "storage/db.hpp"
#include "storage/ledger_book.hpp"

namespace serai::storage {

class SqlLedger final : public LedgerDisk {
 public:
  explicit SqlLedger(Db& db) : db_(db) {}
  std::int64_t balance(const std::string& account) override;
  std::optional<std::vector<LedgerEntry>> transfer(const std::string& idem_key) override;

 private:
  Db& db_;
};

// The balances of accounts, and the numbers of the transfers under keys. Accounts and keys that the
// ledger does not have are left out.
void find_balances(Db& db,
                   const std::vector<std::string_view>& accounts,
                   const std::function<void(std::string_view account, std::int64_t balance)>& each);
void find_transfers(Db& db,
                    const std::vector<std::string_view>& idem_keys,
                    const std::function<void(std::string_view idem_key)>& each);

// A rule of the ledger that the data breaks, with the account or the transfer.
struct LedgerFault {
  std::string rule;
  std::string name;
  std::string detail;
};

struct LedgerAudit {
  std::uint64_t accounts = 0;
  std::uint64_t transfers = 0;
  std::uint64_t entries = 0;
  std::vector<LedgerFault> faults;  // at most `per_rule_max` of each rule
};

// Checks that each transfer sums to zero and has entries, that each entry has a transfer, that
// balances are the sums of their entries, that only accounts which may are below zero, and that no
// key moved money twice.
Result<LedgerAudit> audit_ledger(Db& db, std::uint32_t per_rule_max = 100);

// The same in short. data_loss: the detail has the first fault.
Result<> check_ledger(Db& db);

struct LedgerLine {
  std::int64_t transfer = 0;  // the transfers of one account have rising numbers
  std::int64_t time_ms = 0;
  std::string idem_key;
  std::string reason;
  std::int64_t delta = 0;
};

struct LedgerHistory {
  std::int64_t balance = 0;
  std::vector<LedgerLine> lines;  // newest first
};

// The transfers of an account before the transfer `before`, newest first.
Result<LedgerHistory> ledger_history(Db& db,
                                     const std::string& account,
                                     std::int64_t before,
                                     std::uint32_t limit);

}  // namespace serai::storage
