// HttpPhase: HTTP/1.1 on one connection. The handler has one request at a time, so that answers to
// pipelined requests keep their order. Further requests wait in the buffer, then in the kernel.
//
// Rules   GET /, preflights, upgrades at /ws, limits and compression are handled here, and
//         everything else by the HttpHandler.
// Thread  the shard's.
// Owner   the Connection.
#pragma once

#include <memory>

#include "net/connection.hpp"

namespace serai::net {

std::unique_ptr<Phase> make_http_phase(Connection& connection);
// The phase of a connection that another shard has handed over: it begins with this upgrade.
std::unique_ptr<Phase> make_http_phase(Connection& connection,
                                       HttpRequest upgrading,
                                       const RequestTraits& traits);

}  // namespace serai::net
