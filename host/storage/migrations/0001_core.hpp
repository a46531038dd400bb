// Migration 1: entities, the data that is committed with them (answers, outbox, ledger), and facts.
#pragma once

#include "storage/migration.hpp"

namespace serai::storage {

inline constexpr Migration kCore{1,
                                 "core",
                                 R"sql(
CREATE TABLE facts(
  name {text} PRIMARY KEY,
  value {bytes} NOT NULL
){sqlite: WITHOUT ROWID};

CREATE TABLE entities(
  id {id},
  kind {text} NOT NULL,
  key {text} NOT NULL,
  schema {int} NOT NULL,
  module_version {text} NOT NULL,
  state {bytes} NOT NULL,
  host_state {bytes} NOT NULL,
  UNIQUE(kind, key)
);

-- Row ids rise with time: the oldest answers are the first rows.
CREATE TABLE answers(
  id {id},
  scope {text} NOT NULL,
  key {text} NOT NULL,
  request_hash {int} NOT NULL,
  status {int} NOT NULL,
  payload {bytes} NOT NULL,
  created_ms {int} NOT NULL,
  UNIQUE(scope, key)
);

CREATE TABLE outbox(
  id {id},
  kind {text} NOT NULL,
  key {text} NOT NULL,
  handler {text} NOT NULL,
  payload {bytes} NOT NULL,
  caller_kind {text} NOT NULL,
  caller_key {text} NOT NULL,
  user_id {text} NOT NULL
);

CREATE TABLE ledger_transfers(
  id {id},
  idem_key {text} NOT NULL UNIQUE,
  reason {text} NOT NULL,
  time_ms {int} NOT NULL
);

CREATE TABLE ledger_entries(
  transfer {int} NOT NULL REFERENCES ledger_transfers(id),
  account {text} NOT NULL,
  delta {int} NOT NULL,
  PRIMARY KEY(transfer, account)
){sqlite: WITHOUT ROWID};

CREATE TABLE ledger_balances(
  account {text} PRIMARY KEY,
  balance {int} NOT NULL {sqlite:CHECK(typeof(balance) = 'integer')}
){sqlite: WITHOUT ROWID};
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
