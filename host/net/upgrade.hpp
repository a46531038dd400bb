// Upgrade: checks the WebSocket fields of a request, and writes the answer that switches protocols
// (RFC 6455, 4.2).
//
// Thread  any; plain functions.
#pragma once

#include <string>
#include <string_view>

#include "ports/net.hpp"

namespace serai::net {

// Returns the value of Sec-WebSocket-Accept. Empty when the request is not a valid upgrade to
// version 13.
std::string upgrade_key(const HttpRequest& request);

// Appends the answer 101 with the result of upgrade_key().
void append_upgrade(std::string& out, std::string_view accept_key);

}  // namespace serai::net
