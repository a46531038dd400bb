// SocketCore: the parts that the sessions of one shard share: ports, meters, memory for messages.
//
// Thread  the shard's.
// Owner   SocketProtocol. Connections own the sessions. An answer finds its session by a serial
//         number, because the session may have been destroyed before the answer comes.
#pragma once

#include <google/protobuf/arena.h>

#include <array>
#include <memory>
#include <unordered_map>
#include <vector>

#include "protocol/meters.hpp"
#include "protocol/realtime_codec.hpp"
#include "protocol/socket_protocol.hpp"

namespace serai::protocol {

class ClientSession;

// Memory for one message while it is read. It is used again for later messages.
struct Scratch {
  Scratch() : arena(options()) {}
  std::array<char, 8'192> first_block;
  google::protobuf::Arena arena;

 private:
  google::protobuf::ArenaOptions options() {
    google::protobuf::ArenaOptions made;
    made.initial_block = first_block.data();
    made.initial_block_size = first_block.size();
    return made;
  }
};

struct SocketCore {
  SocketCore(SocketPorts socket_ports, SocketOptions socket_options)
      : ports(socket_ports),
        options(socket_options),
        rpcs(ports.metrics),
        requests(ports.metrics, "serai_socket_requests_total") {}

  // Null when the session no longer exists.
  ClientSession* find(std::uint64_t serial) const {
    const auto found = open.find(serial);
    return found == open.end() ? nullptr : found->second;
  }

  // Several may be in use, because an answer to one socket may start the next request of another.
  std::unique_ptr<Scratch> take_scratch() {
    if (spare.empty()) return std::make_unique<Scratch>();
    auto scratch = std::move(spare.back());
    spare.pop_back();
    return scratch;
  }
  void give_back(std::unique_ptr<Scratch> scratch) {
    scratch->arena.Reset();
    spare.push_back(std::move(scratch));
  }

  SocketPorts ports;
  SocketOptions options;
  RpcMeter rpcs;
  RequestMeter requests;
  RealtimeCodec codec;
  std::unordered_map<std::uint64_t, ClientSession*> open;  // by serial number
  std::uint64_t next_serial = 1;
  std::vector<std::unique_ptr<Scratch>> spare;
};

}  // namespace serai::protocol
