// Migration 4: notifications, stored until deleted. A seq is never used twice, because clients
// store it as a cursor.
#pragma once

#include "storage/migration.hpp"

namespace serai::storage {

inline constexpr Migration kNotifications{4,
                                          "notifications",
                                          R"sql(
CREATE TABLE notifications(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id BLOB NOT NULL,
  id BLOB NOT NULL,
  subject TEXT NOT NULL,
  content TEXT NOT NULL,
  code INTEGER NOT NULL,
  sender_id BLOB NOT NULL,
  create_s INTEGER NOT NULL,
  UNIQUE(user_id, id)
);
CREATE INDEX notifications_by_user ON notifications(user_id, seq);
)sql",
                                          R"sql(
DROP TABLE notifications;
)sql"};

}  // namespace serai::storage
