// Presence: one socket of one user, and how it leaves a stream.
//
// Thread  plain values: any.
#pragma once

#include <cstdint>
#include <string>

#include "base/uuid.hpp"

namespace serai {

struct Presence {
  Uuid user_id;
  Uuid session_id;
  std::string username;
  std::uint32_t shard = 0;  // where the socket lives
};

enum class LeaveReason { leave, disconnect, kicked };

// A socket and where it lives.
struct SocketAddress {
  Uuid session_id;
  std::uint32_t shard = 0;
};

}  // namespace serai
