// Input: one message for a handler: from a client, another entity, a timer or the tick.
//
// Owner   moved from the sender to the mailbox to the run that handles it.
// Thread  plain value; `reply` is called once, on the shard that runs the handler.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "abi/contract.hpp"
#include "base/result.hpp"
#include "base/unique_function.hpp"
#include "base/uuid.hpp"
#include "model/outcome.hpp"
#include "ports/entity_store.hpp"
#include "ports/game.hpp"
#include "runtime/shard/key_claims.hpp"

namespace serai::runtime {

inline constexpr std::size_t kIdempotencyKeyMax = 255;  // bytes; stored as long as the answer
inline constexpr const char* kKeyTooLong = "The idempotency key is longer than 255 bytes";

struct Input {
  abi::Trigger trigger = abi::Trigger::rpc;
  const std::string* handler = nullptr;  // interned name of an rpc
  std::string timer;                     // name of a timer handler
  std::uint32_t tries = 0;               // of the timer that failed before this one
  std::int64_t op_code = 0;              // of match data; of a timer: its id
  std::string payload;
  bool from_client = false;  // the payload is what the client sent: JSON or binary

  Uuid user_id;
  std::string username;
  Uuid session_id;
  Uuid trace_id;                // nil: a timer or a tick, which nobody asked for
  EntityId caller;              // the calling entity
  ServedBy caller_code;         // the code that called or sent; unknown after a restart
  std::vector<EntityId> chain;  // entities that wait for this call, outermost first

  UnitId unit = 0;              // the commit unit of the root call; 0: this is the root
  std::uint64_t outbox_id = 0;  // not 0: delivered exactly once
  std::string idempotency_key;
  KeyClaim key_claim;
  bool fresh = false;  // the entity's key was made for this message: nothing is stored under it

  UniqueFunction<void(Outcome)> reply;  // may be empty

  // True when a handler waits for this call. Its entity, if it has one, is in `chain`.
  bool is_called() const { return unit != 0; }

  void answer(Outcome outcome) {
    if (reply) std::exchange(reply, nullptr)(std::move(outcome));
  }
};

}  // namespace serai::runtime
