// SocketProtocol: the realtime half of the client protocol: who may open a socket, and what its
// messages mean.
//
// Units   limits count requests of one socket.
// Errors  accept() refuses with the protocol's texts; a session answers every request, see
//         README.md.
// Thread  one per shard; everything on that shard.
// Owner   the host; it outlives the sessions it made and every answer they wait for.
#pragma once

#include <cstdint>
#include <memory>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/rate_limit.hpp"
#include "ports/game.hpp"
#include "ports/identity.hpp"
#include "ports/net.hpp"
#include "ports/sessions.hpp"

namespace serai::protocol {

struct SocketPorts {
  IdentityService& identity;
  Game& game;
  Sessions& sessions;
  const Clock& clock;
  Metrics& metrics;
  Log log;
  std::uint32_t shard = 0;  // where the sockets live
};

// The defaults stop floods, not players.
struct SocketOptions {
  RateLimit per_socket{4'000, 8'000};
  std::uint32_t refusals_max = 128;  // over the limit this often without a calm: closed
  std::uint32_t calm_s = 10;         // after this long without a refusal, the count starts anew
  std::uint32_t waiting_requests_max = 256;  // while an earlier one is answered
};

struct SocketCore;

class SocketProtocol final : public SocketHandler {
 public:
  SocketProtocol(SocketPorts ports, SocketOptions options);
  ~SocketProtocol() override;

  std::variant<std::unique_ptr<SocketSession>, SocketRefusal> accept(const HttpRequest& request,
                                                                     SocketFormat& format) override;

 private:
  std::unique_ptr<SocketCore> core_;
};

}  // namespace serai::protocol
