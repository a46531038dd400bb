// OutboxMessage: a message to an entity that is delivered exactly once. It is stored with its
// sender's commit and removed with the receiver's.
//
// Thread  any; plain values.
#pragma once

#include <cstdint>
#include <string>

#include "base/uuid.hpp"
#include "model/entity_id.hpp"

namespace serai {

struct OutboxMessage {
  std::uint64_t id = 0;  // unique; the sender takes it from EntityStore::next_outbox_id()
  EntityId target;
  std::string handler;
  std::string payload;
  std::string caller_kind;
  std::string caller_key;
  std::string user_id;
  Uuid trace_id = {};  // not stored, so a delivery after a restart is not part of the trace
};

}  // namespace serai
