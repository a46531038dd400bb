// REST handlers: more ways to log in for an account that exists.
//
// Rules   called with the request parsed and its caller known; each answers its call exactly once.
// Thread  the shard's.
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
