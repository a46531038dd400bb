// What a client's RPC is for: its request as the handler takes it, and the entity that handles it.
//
// Errors  invalid_argument: the request is not what the handler's contract says, or its key is
//         missing or too long; unauthenticated: the handler is for players, and nobody is logged
//         in.
// Thread  any.
#pragma once

#include <string>

#include "base/result.hpp"
#include "runtime/mailbox/input.hpp"
#include "runtime/routing/directory.hpp"

namespace serai::runtime {

// The payload in the handler's Protobuf message, when it has one.
Result<std::string> wire_of(const RpcRoute& route, std::string payload);

// The entity for `input`, whose payload wire_of() has made. A fresh one's key comes from the
// idempotency key, which is left in `input`, or is `fresh` when there is none.
Result<EntityId> target_of(const RpcRoute& route, Input& input, const Uuid& fresh);

}  // namespace serai::runtime
