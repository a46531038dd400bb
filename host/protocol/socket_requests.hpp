// run_request: runs a request of a socket. Pings and RPCs are run here; socket_matches runs
// requests about matches, and socket_status those about statuses.
//
// Rules   parts of the envelope may be moved out, so it must not be used afterwards. Each request
//         ends with exactly one answer...() of the session, at once or later.
// Thread  the shard's.
#pragma once

#include "protocol/client_session.hpp"

namespace serai::protocol {

void run_request(ClientSession& session, realtime::Envelope& envelope);
// Runs an RPC, whether it was read by scan_rpc() or from an envelope.
void run_rpc(ClientSession& session, std::string id, std::string payload);

}  // namespace serai::protocol
