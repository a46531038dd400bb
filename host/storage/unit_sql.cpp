#include "storage/unit_sql.hpp"

#include <unordered_map>

#include "storage/notification_sql.hpp"

namespace serai::storage {
namespace {

void write_entity(Db& db, const StoredEntity& stored) {
  Query(db,
        "INSERT INTO entities(kind, key, schema, module_version, state, host_state) "
        "VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT(kind, key) DO UPDATE SET schema = excluded.schema, "
        "module_version = excluded.module_version, state = excluded.state, "
        "host_state = excluded.host_state",
        stored.id.kind,
        stored.id.key,
        stored.schema,
        stored.module_version,
        Bytes{stored.state},
        Bytes{stored.host_state})
      .run();
}

void erase_entity(Db& db, const EntityId& id) {
  Query(db, "DELETE FROM entities WHERE kind = ? AND key = ?", id.kind, id.key).run();
}

void write_transfer(Db& db, const LedgerTransfer& transfer, std::int64_t now_ms) {
  Query(db,
        "INSERT INTO ledger_transfers(idem_key, reason, time_ms) VALUES(?, ?, ?)",
        transfer.idem_key,
        transfer.reason,
        now_ms)
      .run();
  const std::int64_t id = db.last_rowid();
  for (const LedgerEntry& entry : transfer.entries) {
    Query(db,
          "INSERT INTO ledger_entries(transfer, account, delta) VALUES(?, ?, ?)",
          id,
          entry.account,
          entry.delta)
        .run();
    Query(db,
          "INSERT INTO ledger_balances(account, balance, below_zero) VALUES(?, ?, ?) "
          "ON CONFLICT(account) DO UPDATE SET balance = balance + excluded.balance, "
          "below_zero = max(below_zero, excluded.below_zero)",
          entry.account,
          entry.delta,
          std::int64_t{entry.below_zero ? 1 : 0})
        .run();
  }
}

void write_outbox(Db& db, const OutboxMessage& message) {
  Query(db,
        "INSERT OR REPLACE INTO outbox(id, kind, key, handler, payload, caller_kind, caller_key, "
        "user_id) VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
        message.id,
        message.target.kind,
        message.target.key,
        message.handler,
        Bytes{message.payload},
        message.caller_kind,
        message.caller_key,
        message.user_id)
      .run();
}

void write_answer(Db& db, const IdempotentAnswer& answer, std::int64_t now_ms) {
  Query(db,
        "INSERT OR REPLACE INTO answers(scope, key, request_hash, status, payload, created_ms) "
        "VALUES(?, ?, ?, ?, ?, ?)",
        answer.scope,
        answer.key,
        answer.request_hash,
        answer.status,
        Bytes{answer.payload},
        now_ms)
      .run();
}

void write_events(Db& db, const UnitPart& part, std::int64_t now_ms) {
  for (const LedgerTransfer& transfer : part.transfers) write_transfer(db, transfer, now_ms);
  for (const OutboxMessage& message : part.writes.outbox) write_outbox(db, message);
  for (const std::uint64_t id : part.writes.outbox_done) {
    Query(db, "DELETE FROM outbox WHERE id = ?", id).run();
  }
  for (const IdempotentAnswer& answer : part.writes.answers) write_answer(db, answer, now_ms);
  for (const Notification& notification : part.writes.notifications) {
    write_notification(db, notification);
  }
}

}  // namespace

std::optional<StoredEntity> load_entity(Db& db, const EntityId& id) {
  Query query(db,
              "SELECT schema, module_version, state, host_state FROM entities "
              "WHERE kind = ? AND key = ?",
              id.kind,
              id.key);
  if (!query.row()) return std::nullopt;
  StoredEntity stored;
  stored.id = id;
  stored.schema = static_cast<std::uint32_t>(query.integer(0));
  stored.module_version = query.text(1);
  stored.state = query.text(2);
  stored.host_state = query.text(3);
  return stored;
}

std::vector<EntityId> list_entities(Db& db, const EntityQuery& wanted) {
  // A singleton has the empty key, which comes first: an empty `after_key` must not skip it.
  Query query(db,
              "SELECT key FROM entities WHERE kind = ?1 AND (key > ?2 OR ?2 = '') "
              "AND schema NOT BETWEEN ?4 AND ?5 ORDER BY key LIMIT ?3",
              wanted.kind,
              wanted.after_key,
              wanted.limit,
              wanted.skip_min,
              wanted.skip_max);
  std::vector<EntityId> ids;
  while (query.row()) ids.push_back({wanted.kind, query.text(0)});
  return ids;
}

void write_parts(Db& db, const std::vector<UnitPart>& parts, std::int64_t now_ms) {
  std::unordered_map<EntityId, const StoredEntity*, EntityIdHash> newest;  // null: erased
  for (const UnitPart& part : parts) {
    if (db.failed()) return;
    write_events(db, part, now_ms);
    for (const StoredEntity& stored : part.writes.entities) newest[stored.id] = &stored;
    for (const EntityId& id : part.writes.erased) newest[id] = nullptr;
  }
  for (const auto& [id, stored] : newest) {
    if (stored != nullptr) {
      write_entity(db, *stored);
    } else {
      erase_entity(db, id);
    }
  }
}

std::optional<IdempotentAnswer> find_answer(Db& db,
                                            const std::string& scope,
                                            const std::string& key,
                                            std::int64_t created_after_ms) {
  Query query(db,
              "SELECT request_hash, status, payload FROM answers "
              "WHERE scope = ? AND key = ? AND created_ms > ?",
              scope,
              key,
              created_after_ms);
  if (!query.row()) return std::nullopt;
  return IdempotentAnswer{scope,
                          key,
                          static_cast<std::uint64_t>(query.integer(0)),
                          static_cast<std::int32_t>(query.integer(1)),
                          query.text(2)};
}

bool purge_answers(Db& db, std::int64_t created_ms) {
  Query(db,
        "DELETE FROM answers WHERE created_ms < ?1 AND id IN "
        "(SELECT id FROM answers ORDER BY id LIMIT 500)",
        created_ms)
      .run();
  return !db.failed() && db.changes() == 500;
}

std::vector<OutboxMessage> pending_outbox(Db& db) {
  Query query(db,
              "SELECT id, kind, key, handler, payload, caller_kind, caller_key, user_id "
              "FROM outbox ORDER BY id");
  std::vector<OutboxMessage> messages;
  while (query.row()) {
    OutboxMessage message;
    message.id = static_cast<std::uint64_t>(query.integer(0));
    message.target = {query.text(1), query.text(2)};
    message.handler = query.text(3);
    message.payload = query.text(4);
    message.caller_kind = query.text(5);
    message.caller_key = query.text(6);
    message.user_id = query.text(7);
    messages.push_back(std::move(message));
  }
  return messages;
}

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

Result<> audit_ledger(Db& db) {
  const auto first = [&db](const char* sql, const char* rule) -> Result<> {
    Query query(db, sql);
    if (!query.row()) return success();
    return Error{Errc::data_loss, std::string("ledger: ") + rule + ": " + query.text(0)};
  };
  auto sums = first(
      "SELECT t.idem_key FROM ledger_transfers t JOIN ledger_entries e ON e.transfer = t.id "
      "GROUP BY t.id HAVING sum(e.delta) <> 0 LIMIT 1",
      "transfer does not sum to zero");
  if (!sums) return sums;
  auto balances = first(
      "SELECT account FROM (SELECT account, sum(balance) AS balance, sum(delta) AS delta FROM "
      "(SELECT account, balance, 0 AS delta FROM ledger_balances UNION ALL "
      "SELECT account, 0, delta FROM ledger_entries) GROUP BY account) "
      "WHERE balance <> delta LIMIT 1",
      "balance differs from its entries");
  if (!balances) return balances;
  auto guarded =
      first("SELECT account FROM ledger_balances WHERE balance < 0 AND below_zero = 0 LIMIT 1",
            "account below zero");
  if (!guarded) return guarded;
  if (db.failed()) return db.error();
  return success();
}

}  // namespace serai::storage
