// ClientPlane: answers clients on one shard, over REST and realtime sockets, with the services of
// that shard.
//
// Thread  its shard's; built before the shard runs, destroyed after it has stopped.
// Owner   the host; borrows everything else.
#pragma once

#include "app/host_config.hpp"
#include "net/listener.hpp"
#include "protocol/rest_api.hpp"
#include "protocol/socket_protocol.hpp"

namespace serai::app {

class ClientPlane {
 public:
  ClientPlane(const protocol::RestApiPorts& rest,
              const protocol::SocketPorts& socket,
              const HostConfig& config)
      : rest_(rest, config.rest), socket_(socket, config.realtime) {}

  net::ShardHandlers handlers() { return {rest_, socket_}; }

 private:
  protocol::RestApi rest_;
  protocol::SocketProtocol socket_;
};

}  // namespace serai::app
