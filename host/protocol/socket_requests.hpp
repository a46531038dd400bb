// Which request of a socket is which: pings and RPCs are answered here, matches and statuses in
// files of their own.
//
// Rules   a request may be taken apart: it is gone afterwards. It ends by exactly one answer...() of
//         the session, at once or later.
// Thread  the shard's.
#pragma once

#include "protocol/client_session.hpp"

namespace serai {

void run_request(ClientSession& session, realtime::Envelope& envelope);
// An RPC, which need not come in an envelope.
void run_rpc(ClientSession& session, std::string id, std::string payload);

}  // namespace serai
