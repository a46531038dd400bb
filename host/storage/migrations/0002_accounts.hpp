// Migration 2: users, their ways to log in, revoked tokens. The system user (nil id) owns the
// server's objects.
#pragma once

#include "storage/migration.hpp"

namespace serai::storage {

inline constexpr Migration kAccounts{2,
                                     "accounts",
                                     R"sql(
CREATE TABLE users(
  row {id},
  id {bytes} NOT NULL UNIQUE,
  username {text} NOT NULL UNIQUE,
  display_name {text} NOT NULL DEFAULT '',
  avatar_url {text} NOT NULL DEFAULT '',
  lang_tag {text} NOT NULL DEFAULT 'en',
  location {text} NOT NULL DEFAULT '',
  timezone {text} NOT NULL DEFAULT '',
  metadata {text} NOT NULL DEFAULT '{}',
  email {text} UNIQUE,
  custom_id {text} UNIQUE,
  password_hash {text} NOT NULL DEFAULT '',
  create_s {int} NOT NULL,
  update_s {int} NOT NULL,
  verify_s {int} NOT NULL DEFAULT 0,
  disable_s {int} NOT NULL DEFAULT 0
);
INSERT INTO users(id, username, create_s, update_s)
  VALUES({nil_uuid}, '', 0, 0);

-- user_row instead of the id: a small key that rises, so its index grows at one end.
CREATE TABLE user_devices(
  id {text} PRIMARY KEY,
  user_row {int} NOT NULL REFERENCES users(row) ON DELETE CASCADE
){sqlite: WITHOUT ROWID};
CREATE INDEX user_devices_by_user ON user_devices(user_row);

CREATE TABLE revoked_tokens(
  token_id {text} NOT NULL,
  user_id {bytes} NOT NULL,
  before_s {int} NOT NULL,
  expires_s {int} NOT NULL,
  PRIMARY KEY(token_id, user_id)
){sqlite: WITHOUT ROWID};
)sql",
                                     R"sql(
DROP TABLE revoked_tokens;
DROP TABLE user_devices;
DROP TABLE users;
)sql"};

}  // namespace serai::storage
