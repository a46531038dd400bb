// REST handlers: notifications and matches.
//
// Rules   called with the request parsed and its caller known; each answers its call exactly once.
// Thread  the shard's.
#pragma once

#include "protocol/rest_message.hpp"

namespace serai::protocol::rest {

void list_notifications(RestCallPtr call, const api::ListNotificationsRequest& request);
void delete_notifications(RestCallPtr call, const api::DeleteNotificationsRequest& request);
void list_matches(RestCallPtr call, const api::ListMatchesRequest& request);

}  // namespace serai::protocol::rest
