// HandedOver: a connection on its way from one shard to another, because the other shard has to
// accept its upgrade.
//
// Thread  moved from the shard that read the request to the other one.
// Owner   owns the socket. If the work that carries it is destroyed without running, the socket is
//         closed.
#pragma once

#include <string>

#include "net/connection.hpp"
#include "net/http_parser.hpp"
#include "net/transport.hpp"
#include "ports/net.hpp"

namespace serai::net {

struct HandedOver {
  Transport transport;
  Peer peer;
  HttpRequest request;  // the upgrade
  RequestTraits traits;
  std::string input;  // that came after the request
};

}  // namespace serai::net
