// Presence: one socket of one user on a stream, and the reasons for which it leaves.
//
// Thread  any; plain values.
#pragma once

#include <cstdint>
#include <string>

#include "base/uuid.hpp"

namespace serai {

struct Presence {
  Uuid user_id;
  Uuid session_id;
  std::string username;
  std::uint32_t shard = 0;  // the shard of the socket
};

enum class LeaveReason { leave, disconnect, kicked };

// Names a socket and its shard.
struct SocketAddress {
  Uuid session_id;
  std::uint32_t shard = 0;
};

}  // namespace serai
