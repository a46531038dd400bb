// The target of a client's RPC: the request in the handler's format, and the entity.
//
// Errors  invalid_argument: the request does not match the handler's contract, or its key is
//         missing or too long; unauthenticated: the handler needs a player, and the caller is none.
// Thread  any.
#pragma once

#include <string>

#include "base/result.hpp"
#include "runtime/mailbox/input.hpp"
#include "runtime/routing/directory.hpp"

namespace serai::runtime {

// Translates a JSON payload into the handler's Protobuf message. A handler without a message gets
// the payload unchanged.
Result<std::string> wire_of(const RpcRoute& route, std::string payload);

// The entity that handles `input`, whose payload comes from wire_of(). For a call that opens a new
// entity, the key is made from the idempotency key, or is `fresh` without one; `input` then has the
// idempotency key.
Result<EntityId> target_of(const RpcRoute& route, Input& input, const Uuid& fresh);

}  // namespace serai::runtime
