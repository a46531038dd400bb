// Upgrade: judges the WebSocket fields of a request and writes the answer that switches protocols.
#pragma once

#include <string>
#include <string_view>

#include "ports/net.hpp"

namespace serai::net {

// The value of Sec-WebSocket-Accept. Empty: the request is not a proper upgrade of version 13.
std::string upgrade_key(const HttpRequest& request);

void append_upgrade(std::string& out, std::string_view accept_key);

}  // namespace serai::net
