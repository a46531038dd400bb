// Socket requests about matches: create, join, leave, and match data.
//
// Rules   each function answers the request of the session exactly once, at once or later. It may
//         move parts out of the message.
// Thread  the shard's.
#pragma once

#include "protocol/client_session.hpp"

namespace serai::protocol {

void create_match(ClientSession& session, realtime::MatchCreate& request);
void join_match(ClientSession& session, realtime::MatchJoin& request);
void leave_match(ClientSession& session, const realtime::MatchLeave& request);
void send_match_data(ClientSession& session, realtime::MatchDataSend& request);

}  // namespace serai::protocol
