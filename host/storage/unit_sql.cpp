#include "storage/unit_sql.hpp"

#include <unordered_map>

#include "base/keyed_hash.hpp"
#include "storage/notification_sql.hpp"

namespace serai::storage {
namespace {

constexpr RowsStatement kEntities{
    "INSERT INTO entities(kind, key, schema, module_version, state, host_state) "
    "VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT(kind, key) DO UPDATE SET schema = excluded.schema, "
    "module_version = excluded.module_version, state = excluded.state, "
    "host_state = excluded.host_state",
    "INSERT INTO entities(kind, key, schema, module_version, state, host_state) "
    "SELECT * FROM unnest(?::text[], ?::text[], ?::bigint[], ?::text[], ?::bytea[], ?::bytea[]) "
    "ON CONFLICT(kind, key) DO UPDATE SET schema = excluded.schema, "
    "module_version = excluded.module_version, state = excluded.state, "
    "host_state = excluded.host_state",
    6};

constexpr RowsStatement kErased{"DELETE FROM entities WHERE kind = ? AND key = ?",
                                "DELETE FROM entities USING unnest(?::text[], ?::text[]) "
                                "AS erased(kind, key) "
                                "WHERE entities.kind = erased.kind AND entities.key = erased.key",
                                2};

constexpr RowsStatement kTransfers{
    "INSERT INTO ledger_transfers(id, idem_key, reason, time_ms) VALUES(?, ?, ?, ?)",
    "INSERT INTO ledger_transfers(id, idem_key, reason, time_ms) "
    "SELECT * FROM unnest(?::bigint[], ?::text[], ?::text[], ?::bigint[])",
    4};

constexpr RowsStatement kEntries{
    "INSERT INTO ledger_entries(transfer, account, delta) VALUES(?, ?, ?)",
    "INSERT INTO ledger_entries(transfer, account, delta) "
    "SELECT * FROM unnest(?::bigint[], ?::text[], ?::bigint[])",
    3};

constexpr RowsStatement kBalances{
    "INSERT INTO ledger_balances(account, balance, below_zero) VALUES(?, ?, ?) "
    "ON CONFLICT(account) DO UPDATE SET balance = ledger_balances.balance + excluded.balance, "
    "below_zero = ledger_balances.below_zero | excluded.below_zero",
    "INSERT INTO ledger_balances(account, balance, below_zero) "
    "SELECT * FROM unnest(?::text[], ?::bigint[], ?::bigint[]) "
    "ON CONFLICT(account) DO UPDATE SET balance = ledger_balances.balance + excluded.balance, "
    "below_zero = ledger_balances.below_zero | excluded.below_zero",
    3};

constexpr RowsStatement kOutbox{
    "INSERT INTO outbox(id, kind, key, handler, payload, caller_kind, caller_key, user_id, "
    "created_ms) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO NOTHING",
    "INSERT INTO outbox(id, kind, key, handler, payload, caller_kind, caller_key, user_id, "
    "created_ms) SELECT * FROM unnest(?::bigint[], ?::text[], ?::text[], ?::text[], ?::bytea[], "
    "?::text[], ?::text[], ?::text[], ?::bigint[]) ON CONFLICT(id) DO NOTHING",
    9};

constexpr RowsStatement kOutboxDone{
    "DELETE FROM outbox WHERE id = ?", "DELETE FROM outbox WHERE id = ANY(?::bigint[])", 1};

// An answer that replaces an expired one gets a new id too, because purge_answers() takes the ids
// as their age.
constexpr RowsStatement kAnswers{
    "INSERT OR REPLACE INTO answers(scope, key, request_hash, status, payload, created_ms) "
    "VALUES(?, ?, ?, ?, ?, ?)",
    "INSERT INTO answers(scope, key, request_hash, status, payload, created_ms) "
    "SELECT * FROM unnest(?::text[], ?::text[], ?::bigint[], ?::bigint[], ?::bytea[], "
    "?::bigint[]) ON CONFLICT(scope, key) DO UPDATE SET id = DEFAULT, "
    "request_hash = excluded.request_hash, status = excluded.status, "
    "payload = excluded.payload, created_ms = excluded.created_ms",
    6};

constexpr RowsStatement kJournalRows{"INSERT INTO journal(id, inputs, created_ms) VALUES(?, ?, ?)",
                                     "INSERT INTO journal(id, inputs, created_ms) "
                                     "SELECT * FROM unnest(?::bigint[], ?::bytea[], ?::bigint[])",
                                     3};

constexpr RowsStatement kJournalDone{
    "DELETE FROM journal WHERE id = ?", "DELETE FROM journal WHERE id = ANY(?::bigint[])", 1};

void write_entities(Db& db, const std::vector<UnitPart>& parts) {
  std::unordered_map<EntityId, const StoredEntity*, EntityIdHash> newest;  // null: erased
  for (const UnitPart& part : parts) {
    for (const StoredEntity& stored : part.writes.entities) newest[stored.id] = &stored;
    for (const EntityId& id : part.writes.erased) newest[id] = nullptr;
  }
  Rows entities(db, kEntities);
  Rows erased(db, kErased);
  for (const auto& [id, stored] : newest) {
    if (stored == nullptr) {
      erased.add(id.kind, id.key);
    } else {
      entities.add(id.kind,
                   id.key,
                   stored->schema,
                   stored->module_version,
                   Bytes{stored->state},
                   Bytes{stored->host_state});
    }
  }
  entities.run();
  erased.run();
}

// The entries of all transfers change each account's balance once, which is less work when many of
// them meet in one account.
void write_transfers(Db& db,
                     const std::vector<UnitPart>& parts,
                     std::int64_t now_ms,
                     std::uint64_t& next_transfer) {
  struct Change {
    std::int64_t delta = 0;
    bool below_zero = false;
  };
  std::unordered_map<std::string_view, Change, KeyedTextHash, std::equal_to<>> changes;
  Rows transfers(db, kTransfers);
  Rows entries(db, kEntries);
  for (const UnitPart& part : parts) {
    for (const LedgerTransfer& transfer : part.transfers) {
      const std::uint64_t id = next_transfer++;
      transfers.add(id, transfer.idem_key, transfer.reason, now_ms);
      for (const LedgerEntry& entry : transfer.entries) {
        entries.add(id, entry.account, entry.delta);
        Change& change = changes[entry.account];
        if (__builtin_add_overflow(change.delta, entry.delta, &change.delta)) {
          db.fail({Errc::internal, "ledger: " + entry.account + ": out of range"},
                  DbFailure::statement);
        }
        change.below_zero = change.below_zero || entry.below_zero;
      }
    }
  }
  Rows balances(db, kBalances);
  for (const auto& [account, change] : changes) {
    balances.add(account, change.delta, std::int64_t{change.below_zero ? 1 : 0});
  }
  transfers.run();
  entries.run();
  balances.run();
}

// A message that one part sends and another one handles is written and deleted again.
void write_outbox(Db& db, const std::vector<UnitPart>& parts, std::int64_t now_ms) {
  Rows sent(db, kOutbox);
  Rows done(db, kOutboxDone);
  for (const UnitPart& part : parts) {
    for (const OutboxMessage& message : part.writes.outbox) {
      sent.add(message.id,
               message.target.kind,
               message.target.key,
               message.handler,
               Bytes{message.payload},
               message.caller_kind,
               message.caller_key,
               message.user_id,
               now_ms);
    }
    for (const std::uint64_t id : part.writes.outbox_done) done.add(id);
  }
  sent.run();
  done.run();
}

void write_answers(Db& db, const std::vector<UnitPart>& parts, std::int64_t now_ms) {
  Rows answers(db, kAnswers);
  for (const UnitPart& part : parts) {
    for (const IdempotentAnswer& answer : part.writes.answers) {
      answers.add(answer.scope,
                  answer.key,
                  answer.request_hash,
                  answer.status,
                  Bytes{answer.payload},
                  now_ms);
    }
  }
  answers.run();
}

void write_journal(Db& db, const std::vector<UnitPart>& parts, std::int64_t now_ms) {
  Rows written(db, kJournalRows);
  Rows done(db, kJournalDone);
  for (const UnitPart& part : parts) {
    for (const JournalRow& row : part.writes.journal) {
      written.add(row.id, Bytes{row.bytes}, now_ms);
    }
    for (const std::uint64_t id : part.writes.journal_done) done.add(id);
  }
  written.run();
  done.run();
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

void write_parts(Db& db,
                 const std::vector<UnitPart>& parts,
                 std::int64_t now_ms,
                 std::uint64_t& next_transfer) {
  write_transfers(db, parts, now_ms, next_transfer);
  write_outbox(db, parts, now_ms);
  write_answers(db, parts, now_ms);
  for (const UnitPart& part : parts) {
    for (const Notification& notification : part.writes.notifications) {
      write_notification(db, notification);
    }
  }
  write_entities(db, parts);
  write_journal(db, parts, now_ms);
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

std::uint64_t purge_answers(Db& db, std::int64_t created_ms) {
  Query(db,
        "DELETE FROM answers WHERE created_ms < ?1 AND id IN "
        "(SELECT id FROM answers ORDER BY id LIMIT 500)",
        created_ms)
      .run();
  return db.failed() ? 0 : static_cast<std::uint64_t>(db.changes());
}

std::uint64_t purge_outbox(Db& db, std::int64_t created_ms, TargetCounts& targets) {
  std::uint64_t removed = 0;
  Query query(db,
              "DELETE FROM outbox WHERE created_ms < ?1 AND id IN "
              "(SELECT id FROM outbox ORDER BY id LIMIT 500) RETURNING kind, handler",
              created_ms);
  for (; query.row(); ++removed) ++targets[{query.text(0), query.text(1)}];
  return removed;
}

std::uint64_t purge_journal(Db& db, std::int64_t created_ms) {
  Query(db,
        "DELETE FROM journal WHERE created_ms < ?1 AND id IN "
        "(SELECT id FROM journal ORDER BY id LIMIT 500)",
        created_ms)
      .run();
  return db.failed() ? 0 : static_cast<std::uint64_t>(db.changes());
}

void stamp_ages(Db& db, std::int64_t now_ms) {
  Query(db, "UPDATE outbox SET created_ms = ? WHERE created_ms = 0", now_ms).run();
  Query(db, "UPDATE journal SET created_ms = ? WHERE created_ms = 0", now_ms).run();
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

std::vector<JournalRow> journal_rows(Db& db) {
  Query query(db, "SELECT id, inputs FROM journal ORDER BY id");
  std::vector<JournalRow> rows;
  while (query.row()) {
    rows.push_back({static_cast<std::uint64_t>(query.integer(0)), query.text(1)});
  }
  return rows;
}

}  // namespace serai::storage
