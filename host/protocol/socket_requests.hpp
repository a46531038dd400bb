// Dispatches the requests of a socket. Pings and RPCs are answered here, matches and statuses in
// files of their own.
//
// Rules   parts of the envelope may be moved out, so it must not be used afterwards. Each request
//         ends with exactly one answer...() of the session, at once or later.
// Thread  the shard's.
#pragma once

#include "protocol/client_session.hpp"

namespace serai::protocol {

void run_request(ClientSession& session, realtime::Envelope& envelope);
// An RPC, which need not have come in an envelope.
void run_rpc(ClientSession& session, std::string id, std::string payload);

}  // namespace serai::protocol
