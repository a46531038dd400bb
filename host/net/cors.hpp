// Cors: the lines a preflight answer needs, by the rules of the client protocol.
#pragma once

#include <string>

#include "ports/net.hpp"

namespace serai::net {

// Whole header lines; empty when the request is no preflight.
std::string preflight_lines(const HttpRequest& request);

}  // namespace serai::net
