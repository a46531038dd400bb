// REST handlers: logins, refresh, logout, and the health check of clients.
//
// Rules   the request is parsed, and its caller is checked as the route requires. Each handler
//         answers its call exactly once.
// Thread  the shard's.
// Owner   each handler takes its call.
#pragma once

#include "protocol/rest_message.hpp"

namespace serai::protocol::rest {

void healthcheck(RestCallPtr call, const Nothing& request);

void authenticate_custom(RestCallPtr call, const api::AuthenticateCustomRequest& request);
void authenticate_device(RestCallPtr call, const api::AuthenticateDeviceRequest& request);
void authenticate_email(RestCallPtr call, const api::AuthenticateEmailRequest& request);
void refresh_session(RestCallPtr call, const api::SessionRefreshRequest& request);
void logout_session(RestCallPtr call, const api::SessionLogoutRequest& request);

}  // namespace serai::protocol::rest
