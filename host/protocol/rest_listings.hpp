// REST handlers: notifications, and the list of matches.
//
// Rules   the request is parsed, and its caller is checked as the route requires. Each handler
//         answers its call exactly once.
// Thread  the shard's.
// Owner   each handler takes its call.
#pragma once

#include "protocol/rest_message.hpp"

namespace serai::protocol::rest {

void list_notifications(RestCallPtr call, const api::ListNotificationsRequest& request);
void delete_notifications(RestCallPtr call, const api::DeleteNotificationsRequest& request);
void list_matches(RestCallPtr call, const api::ListMatchesRequest& request);

}  // namespace serai::protocol::rest
