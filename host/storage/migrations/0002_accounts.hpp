// Migration 2: users, their ways to log in, revoked tokens. The system user (nil id) owns the
// server's objects.
#pragma once

#include "storage/migration.hpp"

namespace serai::storage {

inline constexpr Migration kAccounts{2,
                                     "accounts",
                                     R"sql(
CREATE TABLE users(
  row INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  username TEXT NOT NULL UNIQUE,
  display_name TEXT NOT NULL DEFAULT '',
  avatar_url TEXT NOT NULL DEFAULT '',
  lang_tag TEXT NOT NULL DEFAULT 'en',
  location TEXT NOT NULL DEFAULT '',
  timezone TEXT NOT NULL DEFAULT '',
  metadata TEXT NOT NULL DEFAULT '{}',
  email TEXT UNIQUE,
  custom_id TEXT UNIQUE,
  password_hash TEXT NOT NULL DEFAULT '',
  create_s INTEGER NOT NULL,
  update_s INTEGER NOT NULL,
  verify_s INTEGER NOT NULL DEFAULT 0,
  disable_s INTEGER NOT NULL DEFAULT 0
);
INSERT INTO users(id, username, create_s, update_s)
  VALUES(x'00000000000000000000000000000000', '', 0, 0);

-- user_row instead of the id: a small key that rises, so its index grows at one end.
CREATE TABLE user_devices(
  id TEXT PRIMARY KEY,
  user_row INTEGER NOT NULL REFERENCES users(row) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX user_devices_by_user ON user_devices(user_row);

CREATE TABLE revoked_tokens(
  token_id TEXT NOT NULL,
  user_id BLOB NOT NULL,
  before_s INTEGER NOT NULL,
  expires_s INTEGER NOT NULL,
  PRIMARY KEY(token_id, user_id)
) WITHOUT ROWID;
)sql",
                                     R"sql(
DROP TABLE revoked_tokens;
DROP TABLE user_devices;
DROP TABLE users;
)sql"};

}  // namespace serai::storage
