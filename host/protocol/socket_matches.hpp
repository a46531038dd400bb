// Requests about matches: create, join, leave, and data for one.
//
// Rules   each answers the request of the session, at once or later.
// Thread  the shard's.
#pragma once

#include "protocol/client_session.hpp"

namespace serai::protocol {

void create_match(ClientSession& session, realtime::MatchCreate& request);
void join_match(ClientSession& session, realtime::MatchJoin& request);
void leave_match(ClientSession& session, const realtime::MatchLeave& request);
void send_match_data(ClientSession& session, realtime::MatchDataSend& request);

}  // namespace serai::protocol
