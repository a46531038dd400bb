// Migration 3: storage objects. The owner is the first column of the key, so that a prefix of the
// index has all objects of a user.
#pragma once

#include "storage/migration.hpp"

namespace serai::storage {

inline constexpr Migration kObjects{3,
                                    "objects",
                                    R"sql(
CREATE TABLE objects(
  id {id},
  user_id {bytes} NOT NULL,
  collection {text} NOT NULL,
  key {text} NOT NULL,
  value {text} NOT NULL,
  version {text} NOT NULL,
  permission_read {int} NOT NULL,
  permission_write {int} NOT NULL,
  create_s {int} NOT NULL,
  update_s {int} NOT NULL,
  UNIQUE(user_id, collection, key)
);
CREATE INDEX objects_public ON objects(collection, user_id, key) WHERE permission_read = 2;
)sql",
                                    R"sql(
DROP TABLE objects;
)sql"};

}  // namespace serai::storage
