// Authentication: checks the server key and the session token in the Authorization header of a
// request.
//
// Errors  unauthenticated with the protocol's texts.
// Thread  the shard's.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "ports/identity.hpp"
#include "ports/net.hpp"

namespace serai::protocol {

class RestCall;

Result<> check_server_key(RestCall& call);
Result<TokenClaims> check_session(RestCall& call);
// The key of `Basic base64(key:password)` (RFC 7617), which is the part before the colon.
std::optional<std::string> basic_key(std::string_view authorization);
// The value of the only Authorization header. Nothing when there are none or several.
std::optional<std::string_view> authorization_of(const HttpRequest& request);

}  // namespace serai::protocol
