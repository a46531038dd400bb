// REST handlers: link and unlink ways to log in to the caller's account.
//
// Rules   the request is parsed, and its caller is checked as the route requires. Each handler
//         answers its call exactly once.
// Thread  the shard's.
// Owner   each handler takes its call.
#pragma once

#include "protocol/rest_message.hpp"

namespace serai::protocol::rest {

void link_custom(RestCallPtr call, const api::AccountCustom& request);
void link_device(RestCallPtr call, const api::AccountDevice& request);
void link_email(RestCallPtr call, const api::AccountEmail& request);
void unlink_custom(RestCallPtr call, const api::AccountCustom& request);
void unlink_device(RestCallPtr call, const api::AccountDevice& request);
void unlink_email(RestCallPtr call, const api::AccountEmail& request);

}  // namespace serai::protocol::rest
