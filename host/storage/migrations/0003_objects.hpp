// Migration 3: storage objects. The owner is the first column of the key, so that a prefix of the
// index has all objects of a user.
#pragma once

#include "storage/migration.hpp"

namespace serai::storage {

inline constexpr Migration kObjects{3,
                                    "objects",
                                    R"sql(
CREATE TABLE objects(
  id INTEGER PRIMARY KEY,
  user_id BLOB NOT NULL,
  collection TEXT NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  version TEXT NOT NULL,
  permission_read INTEGER NOT NULL,
  permission_write INTEGER NOT NULL,
  create_s INTEGER NOT NULL,
  update_s INTEGER NOT NULL,
  UNIQUE(user_id, collection, key)
);
CREATE INDEX objects_public ON objects(collection, user_id, key) WHERE permission_read = 2;
)sql",
                                    R"sql(
DROP TABLE objects;
)sql"};

}  // namespace serai::storage
