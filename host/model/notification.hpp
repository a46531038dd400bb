// Notification: a message to a player, kept until it is read, or sent once.
//
// Thread  plain values: any.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/uuid.hpp"

namespace serai {

struct Notification {
  Uuid id;
  Uuid user_id;
  std::string subject;
  std::string content;  // JSON object text
  std::int32_t code = 0;
  Uuid sender_id;             // nil: the system
  std::int64_t create_s = 0;  // Unix seconds
  bool persistent = false;
};

struct NotificationPage {
  std::vector<Notification> notifications;
  std::string cursor;  // durable; given back when the page is empty
};

}  // namespace serai
