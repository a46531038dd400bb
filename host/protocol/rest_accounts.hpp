// REST handlers: the caller's own account, and the public side of others.
//
// Rules   called with the request parsed and its caller known; each answers its call exactly once.
// Thread  the shard's.
#pragma once

#include "protocol/rest_message.hpp"

namespace serai::protocol::rest {

void get_account(RestCallPtr call, const Nothing& request);
void update_account(RestCallPtr call, const api::UpdateAccountRequest& request);
void delete_account(RestCallPtr call, const Nothing& request);
void get_users(RestCallPtr call, const api::GetUsersRequest& request);

}  // namespace serai::protocol::rest
