// Input: one message for a handler: from a client, another entity, a timer or the tick.
//
// Owner   moved from the sender to the mailbox, and from there to the run that handles it.
// Thread  plain value; `reply` is called once, on the shard that has the message then.
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

inline constexpr std::size_t kIdempotencyKeyMax = 255;  // bytes; a key is stored with its answer
inline constexpr const char* kKeyTooLong = "The idempotency key is longer than 255 bytes";

struct Input {
  abi::Trigger trigger = abi::Trigger::rpc;
  const std::string* handler = nullptr;  // interned name of an rpc
  std::string timer;                     // name of a timer handler
  std::uint32_t tries = 0;               // failed tries of the timer before this one
  std::int64_t op_code = 0;              // match data: its op code; a timer: its id
  std::string payload;
  bool from_client = false;  // an RPC gets its reply as JSON; match data may still be JSON

  Uuid user_id;
  std::string username;
  Uuid session_id;
  Uuid trace_id;                // nil: no call of a client has caused it, as with timers and ticks
  EntityId caller;              // the entity that calls or sends; empty: none
  ServedBy caller_code;         // the code that calls or sends; empty: unknown after a restart
  std::vector<EntityId> chain;  // entities that wait for this call, outermost first

  UnitId unit = 0;              // the commit unit of the root call; 0: this is the root call
  std::uint64_t outbox_id = 0;  // not 0: a stored message that must be handled exactly once
  std::string idempotency_key;
  KeyClaim key_claim;  // null: no idempotency key, or it is not claimed yet
  bool fresh = false;  // the entity's key was made for this message, so nothing is stored under it

  UniqueFunction<void(Outcome)> reply;  // may be empty

  // True when a handler waits for the answer. Its entity, if it has one, is in `chain`.
  bool is_called() const { return unit != 0; }

  // Calls `reply` the first time, if there is one; later calls do nothing.
  void answer(Outcome outcome) {
    if (reply) std::exchange(reply, nullptr)(std::move(outcome));
  }
};

}  // namespace serai::runtime
