// SocketProtocol: the realtime half of the client protocol. It decides who may open a socket, and
// makes the sessions that run its requests.
//
// Units   limits count requests of one socket.
// Errors  accept() refuses with the protocol's texts. A session answers every request, see
//         README.md.
// Thread  one per shard, used on that shard only.
// Owner   the host. It outlives its sessions and every answer that they wait for.
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
#include "ports/resume.hpp"
#include "ports/sessions.hpp"

namespace serai::protocol {

struct SocketPorts {
  IdentityService& identity;
  Game& game;
  Sessions& sessions;
  const Clock& clock;
  Metrics& metrics;
  Log log;
  std::uint32_t shard = 0;             // the index of the shard of the sockets
  ResumingSockets* resumes = nullptr;  // null: no socket can resume
};

// The defaults stop floods, not players.
struct SocketOptions {
  RateLimit per_socket{4'000, 8'000};
  std::uint32_t refusals_max = 128;  // after more refusals without a pause the socket is closed
  std::uint32_t calm_s = 10;         // seconds without a refusal that count as a pause
  std::uint32_t waiting_requests_max = 256;  // requests behind one without an answer
};

struct SocketCore;

class SocketProtocol final : public SocketHandler {
 public:
  SocketProtocol(SocketPorts ports, SocketOptions options);
  ~SocketProtocol() override;
  SocketProtocol(const SocketProtocol&) = delete;
  SocketProtocol& operator=(const SocketProtocol&) = delete;

  std::variant<std::unique_ptr<SocketSession>, SocketRefusal> accept(const HttpRequest& request,
                                                                     SocketFormat& format) override;
  std::optional<std::uint32_t> shard_for(const HttpRequest& request) override;

 private:
  std::unique_ptr<SocketCore> core_;
};

}  // namespace serai::protocol
