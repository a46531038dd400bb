// FloodGuard: limits the requests of one socket. It reports a flood when the socket has exceeded
// the limit too often.
//
// Units   now_us: microseconds of the steady clock.
// Thread  the shard's.
// Owner   ClientSession.
#pragma once

#include <cstdint>

#include "base/rate_limit.hpp"
#include "protocol/socket_protocol.hpp"

namespace serai::protocol {

class FloodGuard {
 public:
  enum class Verdict : std::uint8_t {
    within,
    over,   // the request is refused
    flood,  // more than refusals_max refusals without a pause of calm_s: the socket is closed
  };

  // Counts one request.
  Verdict take(const SocketOptions& options, std::int64_t now_us) {
    if (bucket_.take(options.per_socket, now_us)) return Verdict::within;
    const std::int64_t calm_us = std::int64_t{options.calm_s} * 1'000'000;
    if (now_us - refused_at_us_ > calm_us) refusals_ = 0;
    refused_at_us_ = now_us;
    return ++refusals_ > options.refusals_max ? Verdict::flood : Verdict::over;
  }

 private:
  TokenBucket bucket_;
  std::int64_t refused_at_us_ = 0;
  std::uint32_t refusals_ = 0;  // since the last pause of more than calm_s
};

}  // namespace serai::protocol
