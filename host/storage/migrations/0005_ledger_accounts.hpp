// Migration 5: which accounts of the ledger may fall below zero. Modules declare it, and it is
// written with their transfers. Accounts that owe already were allowed to.
#pragma once

#include "storage/migration.hpp"

namespace serai::storage {

inline constexpr Migration kLedgerAccounts{5,
                                           "ledger accounts",
                                           R"sql(
ALTER TABLE ledger_balances ADD COLUMN below_zero INTEGER NOT NULL DEFAULT 0;
UPDATE ledger_balances SET below_zero = 1 WHERE balance < 0;
)sql",
                                           R"sql(
ALTER TABLE ledger_balances DROP COLUMN below_zero;
)sql"};

}  // namespace serai::storage
