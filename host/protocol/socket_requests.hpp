// The realtime requests, one function each. A request may be taken apart: it is gone afterwards.
//
// Rules   each ends by exactly one answer...() of the session, at once or later.
// Thread  the shard's.
#pragma once

#include "protocol/client_session.hpp"

namespace serai {

void run_rpc(ClientSession& session, std::string id, std::string payload);

void create_match(ClientSession& session, realtime::MatchCreate& request);
void join_match(ClientSession& session, realtime::MatchJoin& request);
void leave_match(ClientSession& session, const realtime::MatchLeave& request);
void send_match_data(ClientSession& session, realtime::MatchDataSend& request);

void follow_status(ClientSession& session, const realtime::StatusFollow& request);
void unfollow_status(ClientSession& session, const realtime::StatusUnfollow& request);
void update_status(ClientSession& session, const realtime::StatusUpdate& request);

// The ids of a list of texts; answers the request with an error and gives nothing when one is no
// id.
std::optional<std::vector<Uuid>> read_user_ids(
    ClientSession& session, const google::protobuf::RepeatedPtrField<std::string>& texts);

}  // namespace serai
