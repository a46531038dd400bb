// rpc.executed: the log line of a client's RPC, by REST or by socket.
//
// Thread  any.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/log.hpp"
#include "runtime/ports/game.hpp"

namespace serai {

// warn when the host is to blame, else debug. A nil session: asked by REST.
void log_rpc(const Log& log,
             std::string_view rpc,
             const Uuid& user_id,
             const Uuid& session_id,
             const RpcAnswer& answer,
             std::int64_t took_us);

}  // namespace serai
