// log_rpc: logs rpc.executed, the event of a client's RPC by REST or by socket.
//
// Units   took_us: microseconds.
// Thread  any.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/log.hpp"
#include "ports/game.hpp"

namespace serai::protocol {

struct ExecutedRpc {
  std::string_view name;
  Uuid user_id;
  Uuid session_id;  // nil: called by REST
  Uuid trace_id;
  std::int64_t took_us = 0;
};

// The level is warn for a failure of the host (host_failure.hpp), else debug.
void log_rpc(const Log& log, const ExecutedRpc& rpc, const RpcAnswer& answer);

}  // namespace serai::protocol
