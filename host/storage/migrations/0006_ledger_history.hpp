// Migration 6: an index that finds the transfers of an account.
#pragma once

#include "storage/migration.hpp"

namespace serai::storage {

inline constexpr Migration kLedgerHistory{6,
                                          "ledger history",
                                          R"sql(
CREATE INDEX ledger_entries_by_account ON ledger_entries(account, transfer);
)sql",
                                          R"sql(
DROP INDEX ledger_entries_by_account;
)sql"};

}  // namespace serai::storage
