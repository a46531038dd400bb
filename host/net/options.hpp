// ListenerOptions: where the client plane listens, and all limits on clients.
//
// Units   _bytes count bytes; times are std::chrono and are kept to within two sweeps.
// Thread  plain values, copied once by the Listener.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace serai::net {

struct HttpLimits {
  std::uint32_t header_bytes_max = 5120;
  std::uint64_t body_bytes_max = 262'144;          // as sent, before decompression
  std::uint64_t inflated_bytes_max = 1'048'576;    // after decompression
  std::chrono::milliseconds read_timeout{10'000};  // a whole request, from its first byte
  std::chrono::milliseconds write_timeout{10'000};
  std::chrono::milliseconds idle_timeout{60'000};  // between requests; for a call 500 ms less
  std::uint32_t compress_bytes_min = 1024;         // smaller answers are not compressed
};

struct SocketLimits {
  std::uint32_t message_bytes_max = 4096;
  std::uint32_t queue_messages_max = 64;  // waiting for a slow client
  std::uint32_t ping_backoff_messages = 20;
  std::chrono::milliseconds ping_period{15'000};
  std::chrono::milliseconds pong_wait{25'000};
  std::chrono::milliseconds write_wait{5'000};
  std::chrono::milliseconds close_ack_wait{2'000};
};

// The bytes that may wait in memory for clients to read them or to send the rest: in all, and per
// player or address.
struct HeldLimits {
  std::uint64_t bytes_max = std::uint64_t{256} << 20;
  std::uint64_t owner_bytes_max = std::uint64_t{8} << 20;
};

struct ListenerOptions {
  std::string address;        // empty: every IPv4 address
  std::uint16_t port = 7350;  // 0: a free one
  HttpLimits http;
  SocketLimits socket;
  HeldLimits held;
  std::uint32_t connections_max = 100'000;   // above it, connections wait in the kernel
  std::uint32_t connections_per_ip_max = 0;  // 0: no bound
  std::vector<std::pair<std::string, std::string>> response_headers;  // added unless already set
  std::string certificate_file;  // PEM chain; with key_file: TLS
  std::string key_file;
  std::chrono::milliseconds sweep{250};  // how often deadlines are checked
};

}  // namespace serai::net
