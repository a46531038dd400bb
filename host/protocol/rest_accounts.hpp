// REST handlers: the caller's own account, and the public profiles of users.
//
// Rules   the request is parsed, and its caller is checked as the route requires. Each handler
//         answers its call exactly once.
// Thread  the shard's.
// Owner   each handler takes its call.
#pragma once

#include "protocol/rest_message.hpp"

namespace serai::protocol::rest {

void get_account(RestCallPtr call, const Nothing& request);
void update_account(RestCallPtr call, const api::UpdateAccountRequest& request);
void delete_account(RestCallPtr call, const Nothing& request);
void get_users(RestCallPtr call, const api::GetUsersRequest& request);

}  // namespace serai::protocol::rest
