// Migration 1: entities, the data that is committed with them (answers, outbox, ledger), and facts.
#pragma once

#include "storage/migration.hpp"

namespace serai::storage {

inline constexpr Migration kCore{1,
                                 "core",
                                 R"sql(
CREATE TABLE facts(
  name TEXT PRIMARY KEY,
  value BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE entities(
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  schema INTEGER NOT NULL,
  module_version TEXT NOT NULL,
  state BLOB NOT NULL,
  host_state BLOB NOT NULL,
  UNIQUE(kind, key)
);

-- Row ids rise with time: the oldest answers are the first rows.
CREATE TABLE answers(
  id INTEGER PRIMARY KEY,
  scope TEXT NOT NULL,
  key TEXT NOT NULL,
  request_hash INTEGER NOT NULL,
  status INTEGER NOT NULL,
  payload BLOB NOT NULL,
  created_ms INTEGER NOT NULL,
  UNIQUE(scope, key)
);

CREATE TABLE outbox(
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  handler TEXT NOT NULL,
  payload BLOB NOT NULL,
  caller_kind TEXT NOT NULL,
  caller_key TEXT NOT NULL,
  user_id TEXT NOT NULL
);

CREATE TABLE ledger_transfers(
  id INTEGER PRIMARY KEY,
  idem_key TEXT NOT NULL UNIQUE,
  reason TEXT NOT NULL,
  time_ms INTEGER NOT NULL
);

CREATE TABLE ledger_entries(
  transfer INTEGER NOT NULL REFERENCES ledger_transfers(id),
  account TEXT NOT NULL,
  delta INTEGER NOT NULL,
  PRIMARY KEY(transfer, account)
) WITHOUT ROWID;

CREATE TABLE ledger_balances(
  account TEXT PRIMARY KEY,
  balance INTEGER NOT NULL CHECK(typeof(balance) = 'integer')
) WITHOUT ROWID;
)sql",
                                 R"sql(
DROP TABLE ledger_balances;
DROP TABLE ledger_entries;
DROP TABLE ledger_transfers;
DROP TABLE outbox;
DROP TABLE answers;
DROP TABLE entities;
DROP TABLE facts;
)sql"};

}  // namespace serai::storage
