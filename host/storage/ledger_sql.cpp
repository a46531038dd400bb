#include "storage/ledger_sql.hpp"

namespace serai::storage {
namespace {

// A rule, and the query for what breaks it: a name and a number. `detail` is said of the number.
struct Rule {
  const char* rule;
  const char* detail;
  const char* sql;
};

constexpr Rule kRules[] = {
    {"the entries of a transfer sum to zero",
     "the sum is ",
     "SELECT t.idem_key, CAST(sum(e.delta) AS BIGINT) FROM ledger_transfers t "
     "JOIN ledger_entries e ON e.transfer = t.id GROUP BY t.id, t.idem_key "
     "HAVING sum(e.delta) <> 0 LIMIT ?"},
    {"a transfer has entries",
     "its number is ",
     "SELECT t.idem_key, t.id FROM ledger_transfers t WHERE NOT EXISTS "
     "(SELECT 1 FROM ledger_entries e WHERE e.transfer = t.id) LIMIT ?"},
    {"an entry belongs to a transfer",
     "the transfer is missing: ",
     "SELECT e.account, e.transfer FROM ledger_entries e WHERE NOT EXISTS "
     "(SELECT 1 FROM ledger_transfers t WHERE t.id = e.transfer) LIMIT ?"},
    {"a key moves money once",
     "the number of its transfers is ",
     "SELECT idem_key, count(*) FROM ledger_transfers GROUP BY idem_key HAVING count(*) > 1 "
     "LIMIT ?"},
    {"a balance is the sum of its entries",
     "the difference is ",
     "SELECT account, CAST(sum(balance) - sum(delta) AS BIGINT) FROM "
     "(SELECT account, balance, 0 AS delta FROM ledger_balances UNION ALL "
     "SELECT account, 0, delta FROM ledger_entries) AS rows GROUP BY account "
     "HAVING sum(balance) <> sum(delta) LIMIT ?"},
    {"only accounts that may are below zero",
     "the balance is ",
     "SELECT account, balance FROM ledger_balances WHERE balance < 0 AND below_zero = 0 LIMIT ?"},
};

constexpr RowsStatement kFindBalances{
    "SELECT account, balance FROM ledger_balances WHERE account = ?",
    "SELECT account, balance FROM ledger_balances WHERE account = ANY(?::text[])",
    1};

constexpr RowsStatement kFindTransfers{
    "SELECT idem_key FROM ledger_transfers WHERE idem_key = ?",
    "SELECT idem_key FROM ledger_transfers WHERE idem_key = ANY(?::text[])",
    1};

std::uint64_t count(Db& db, const char* sql) {
  Query query(db, sql);
  return query.row() ? static_cast<std::uint64_t>(query.integer(0)) : 0;
}

}  // namespace

std::int64_t SqlLedger::balance(const std::string& account) {
  Query query(db_, "SELECT balance FROM ledger_balances WHERE account = ?", account);
  return query.row() ? query.integer(0) : 0;
}

std::optional<std::vector<LedgerEntry>> SqlLedger::transfer(const std::string& idem_key) {
  std::int64_t id = 0;
  {
    Query query(db_, "SELECT id FROM ledger_transfers WHERE idem_key = ?", idem_key);
    if (!query.row()) return std::nullopt;
    id = query.integer(0);
  }
  Query query(
      db_, "SELECT account, delta FROM ledger_entries WHERE transfer = ? ORDER BY account", id);
  std::vector<LedgerEntry> entries;
  while (query.row()) entries.push_back({query.text(0), query.integer(1)});
  return entries;
}

void find_balances(
    Db& db,
    const std::vector<std::string_view>& accounts,
    const std::function<void(std::string_view account, std::int64_t balance)>& each) {
  const std::vector<SqlValue> keys(accounts.begin(), accounts.end());
  db.find_rows(
      kFindBalances, keys, [&](const Statement& row) { each(row.view(0), row.integer(1)); });
}

void find_transfers(Db& db,
                    const std::vector<std::string_view>& idem_keys,
                    const std::function<void(std::string_view idem_key)>& each) {
  const std::vector<SqlValue> keys(idem_keys.begin(), idem_keys.end());
  db.find_rows(kFindTransfers, keys, [&](const Statement& row) { each(row.view(0)); });
}

Result<LedgerAudit> audit_ledger(Db& db, std::uint32_t per_rule_max) {
  LedgerAudit audit;
  audit.accounts = count(db, "SELECT count(*) FROM ledger_balances");
  audit.transfers = count(db, "SELECT count(*) FROM ledger_transfers");
  audit.entries = count(db, "SELECT count(*) FROM ledger_entries");
  for (const Rule& rule : kRules) {
    Query query(db, rule.sql, per_rule_max);
    while (query.row()) {
      audit.faults.push_back(
          {rule.rule, query.text(0), rule.detail + std::to_string(query.integer(1))});
    }
  }
  if (db.failed()) return db.error();
  return audit;
}

Result<> check_ledger(Db& db) {
  const auto audit = audit_ledger(db, 1);
  if (!audit) return audit.error();
  if (audit->faults.empty()) return success();
  const LedgerFault& fault = audit->faults.front();
  return Error{
      Errc::data_loss,
      "ledger: " + fault.name + " breaks the rule \"" + fault.rule + "\": " + fault.detail};
}

Result<LedgerHistory> ledger_history(Db& db,
                                     const std::string& account,
                                     std::int64_t before,
                                     std::uint32_t limit) {
  LedgerHistory history;
  history.balance = SqlLedger(db).balance(account);
  Query query(db,
              "SELECT e.transfer, t.time_ms, t.idem_key, t.reason, e.delta "
              "FROM ledger_entries e JOIN ledger_transfers t ON t.id = e.transfer "
              "WHERE e.account = ? AND e.transfer < ? ORDER BY e.transfer DESC LIMIT ?",
              account,
              before,
              limit);
  while (query.row()) {
    history.lines.push_back(
        {query.integer(0), query.integer(1), query.text(2), query.text(3), query.integer(4)});
  }
  if (db.failed()) return db.error();
  return history;
}

}  // namespace serai::storage
