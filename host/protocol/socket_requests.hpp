// Tells the requests of a socket apart. Pings and RPCs are answered here, matches and statuses in
// files of their own.
//
// Rules   a request may be taken apart, and is of no more use afterwards. Each ends by exactly one
//         answer...() of the session, at once or later.
// Thread  the shard's.
#pragma once

#include "protocol/client_session.hpp"

namespace serai::protocol {

void run_request(ClientSession& session, realtime::Envelope& envelope);
// An RPC, which need not have come in an envelope.
void run_rpc(ClientSession& session, std::string id, std::string payload);

}  // namespace serai::protocol
