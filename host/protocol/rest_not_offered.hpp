// REST handlers: the calls that this server does not offer.
//
// Rules   called with the request parsed and its caller known; each answers its call exactly once.
// Thread  the shard's.
#pragma once

#include "protocol/rest_message.hpp"

namespace serai::protocol::rest {

// The refusal names the call.
void not_offered(RestCallPtr call, const google::protobuf::Message& request);
// For providers with a documented answer for "no keys were given to this server".
void not_configured(RestCallPtr call, const google::protobuf::Message& request);
// The same, but first checks the one text without which the request is invalid anyway: its first
// field.
void not_configured_but_checked(RestCallPtr call, const google::protobuf::Message& request);

}  // namespace serai::protocol::rest
