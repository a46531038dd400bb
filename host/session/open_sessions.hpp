// OpenSessions: a list of the open sockets and parked sessions, for operators.
//
// Units   since_ms: milliseconds since the Unix epoch.
// Thread  any but a shard's, because the call waits for all shards, for one second at most.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/uuid.hpp"

namespace serai::session {

class Parts;

struct OpenSession {
  Uuid user_id;
  Uuid session_id;
  std::uint32_t shard = 0;
  std::int64_t since_ms = 0;
  bool is_parked = false;  // its connection broke, and it may resume
};

struct OpenSessions {
  std::vector<OpenSession> listed;   // at most listed_max, in no order
  std::uint64_t count = 0;           // includes sockets that are not listed
  std::uint64_t parked = 0;          // of these
  std::uint32_t shards_missing = 0;  // shards without an answer in time; not counted
};

OpenSessions open_sessions(Parts& parts, std::size_t listed_max);

}  // namespace serai::session
