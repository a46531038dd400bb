// Socket requests about the statuses of users: follow, unfollow, and set one's own.
//
// Rules   each function answers the request of the session exactly once, at once or later.
// Thread  the shard's.
#pragma once

#include "protocol/client_session.hpp"

namespace serai::protocol {

void follow_status(ClientSession& session, const realtime::StatusFollow& request);
void unfollow_status(ClientSession& session, const realtime::StatusUnfollow& request);
void update_status(ClientSession& session, const realtime::StatusUpdate& request);

}  // namespace serai::protocol
