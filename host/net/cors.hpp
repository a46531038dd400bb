// CORS: the header lines of the answer to a preflight request, by the rules of the client protocol.
//
// Thread  any; a plain function.
#pragma once

#include <string>

#include "ports/net.hpp"

namespace serai::net {

// Returns whole header lines, each with its line end. Empty when the request is not a preflight.
std::string preflight_lines(const HttpRequest& request);

}  // namespace serai::net
