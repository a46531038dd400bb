// OutboxMessage: a message to an entity that must arrive exactly once.
//
// Thread  plain values: any.
#pragma once

#include <cstdint>
#include <string>

#include "base/uuid.hpp"
#include "model/entity_id.hpp"

namespace serai {

struct OutboxMessage {
  std::uint64_t id = 0;  // set by the sender, unique: Store::next_outbox_id()
  EntityId target;
  std::string handler;
  std::string payload;
  std::string caller_kind;
  std::string caller_key;
  std::string user_id;
  Uuid trace_id = {};  // not stored: a delivery after a restart is not part of the trace
};

}  // namespace serai
