// REST handlers: the calls that this server does not offer.
//
// Rules   the request is parsed, and its caller is checked as the route requires. Each handler
//         answers its call exactly once.
// Thread  the shard's.
// Owner   each handler takes its call.
#pragma once

#include "protocol/rest_message.hpp"

namespace serai::protocol::rest {

// Answers unimplemented, with the name of the call.
void not_offered(RestCallPtr call, const google::protobuf::Message& request);
// Answers failed_precondition. For external providers, where the protocol has an answer of a server
// without their keys.
void not_configured(RestCallPtr call, const google::protobuf::Message& request);
// Like not_configured(), but an empty first text field of the request is answered with
// invalid_argument.
void not_configured_but_checked(RestCallPtr call, const google::protobuf::Message& request);

}  // namespace serai::protocol::rest
