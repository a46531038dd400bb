// Notification: a message to a player. A persistent one is stored until it is deleted; any other is
// only sent to the player's open sockets.
//
// Thread  any; plain values.
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
  std::string content;  // text of a JSON object
  std::int32_t code = 0;
  Uuid sender_id;             // nil: the system
  std::int64_t create_s = 0;  // Unix seconds
  bool persistent = false;
};

struct NotificationPage {
  std::vector<Notification> notifications;
  std::string cursor;  // stays valid; an empty page returns the cursor of its request
};

}  // namespace serai
