// Migration 4: notifications, stored until deleted. A seq is never used twice, because clients
// store it as a cursor.
#pragma once

#include "storage/migration.hpp"

namespace serai::storage {

inline constexpr Migration kNotifications{4,
                                          "notifications",
                                          R"sql(
CREATE TABLE notifications(
  seq {id}{sqlite: AUTOINCREMENT},
  user_id {bytes} NOT NULL,
  id {bytes} NOT NULL,
  subject {text} NOT NULL,
  content {text} NOT NULL,
  code {int} NOT NULL,
  sender_id {bytes} NOT NULL,
  create_s {int} NOT NULL,
  UNIQUE(user_id, id)
);
CREATE INDEX notifications_by_user ON notifications(user_id, seq);
)sql",
                                          R"sql(
DROP TABLE notifications;
)sql"};

}  // namespace serai::storage
