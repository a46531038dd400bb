// Migration 5: marks the ledger accounts that may fall below zero. Modules declare them, and the
// mark is written with each transfer. Accounts that are below zero already get the mark, because
// earlier hosts allowed it.
#pragma once

#include "storage/migration.hpp"

namespace serai::storage {

inline constexpr Migration kLedgerAccounts{5,
                                           "ledger accounts",
                                           R"sql(
ALTER TABLE ledger_balances ADD COLUMN below_zero {int} NOT NULL DEFAULT 0;
UPDATE ledger_balances SET below_zero = 1 WHERE balance < 0;
)sql",
                                           R"sql(
ALTER TABLE ledger_balances DROP COLUMN below_zero;
)sql"};

}  // namespace serai::storage
