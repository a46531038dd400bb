// OpenSessions: the open sockets, as operators see them.
//
// Thread  any but a shard's: it waits for all shards, at most a second.
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
};

struct OpenSessions {
  std::vector<OpenSession> listed;  // in no order
  std::uint64_t count = 0;          // with those that are not listed
  std::uint32_t shards_missing = 0;
};

OpenSessions open_sessions(Parts& parts, std::size_t listed_max);

}  // namespace serai::session
