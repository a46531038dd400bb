// Listener: the client plane, with HTTP and WebSocket on one port. The kernel spreads connections
// over the shards, and each connection stays on the shard that accepted it, unless another shard
// has to accept its upgrade.
//
// Errors  start(): unavailable (address and port taken), invalid_argument (address, certificate).
// Thread  any for every call; handlers are called on the shard of the connection.
// Owner   shards and handlers outlive the Listener. Destroy it when the shards no longer run.
//         Sessions that are still open then are destroyed without on_closed().
// End     call stop_accepting() and close_all(), wait until counts().connections is 0, then stop
//         the shards. When the wait takes too long, a second close_all() closes the sockets that
//         are left.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/result.hpp"
#include "net/options.hpp"
#include "ports/net.hpp"
#include "runtime/shard/shard.hpp"

namespace serai::net {

struct Endpoint {
  std::string address;
  std::uint16_t port = 0;
  std::string text() const;  // "127.0.0.1:7350", "[::1]:7350"
};

struct ShardHandlers {
  HttpHandler& http;
  SocketHandler& socket;
};

struct ListenerCounts {
  std::uint64_t connections = 0;  // sockets included
  std::uint64_t sockets = 0;
};

class Listener {
 public:
  using HandlersOf = std::function<ShardHandlers(std::uint32_t shard_index)>;

  Listener(runtime::Shards& shards,
           ListenerOptions options,
           HandlersOf handlers,
           Log log,
           Metrics& metrics);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // Opens the sockets and returns the bound endpoint. Shards accept connections as soon as they
  // run.
  Result<Endpoint> start();
  // Open connections stay.
  void stop_accepting();
  // Stops the reading of all connections. HTTP connections end after the calls they are in.
  // Sessions answer the requests they have begun; then their sockets get a close frame with code
  // 1000 and the reason. A second call closes all sockets at once.
  void close_all(std::string_view reason);
  ListenerCounts counts() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace serai::net
