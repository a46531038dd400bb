// ListenerOptions: the address of the client plane, and all limits on clients.
//
// Units   _bytes: bytes. Times are std::chrono; a deadline may be up to two sweeps late.
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
  std::chrono::milliseconds idle_timeout{60'000};  // between requests; a call has 500 ms less
  std::uint32_t compress_bytes_min = 1024;         // smaller answers are not compressed
};

struct SocketLimits {
  std::uint32_t message_bytes_max = 4096;  // one message, its fragments together
  std::uint32_t queue_messages_max = 64;   // waiting for a slow client; one more closes the socket
  std::uint32_t ping_backoff_messages = 20;       // received messages that put off the next ping
  std::chrono::milliseconds ping_period{15'000};  // from one ping to the next
  // After this time the connection is dropped. A pong restarts it, and so do ping_backoff_messages
  // messages.
  std::chrono::milliseconds pong_wait{25'000};
  std::chrono::milliseconds write_wait{5'000};      // for each message_bytes_max bytes of output
  std::chrono::milliseconds close_ack_wait{2'000};  // for the client's close frame
};

// Bounds of HeldBytes: unread output and incomplete input in memory, in all and per player or
// address.
struct HeldLimits {
  std::uint64_t bytes_max = std::uint64_t{256} << 20;
  std::uint64_t owner_bytes_max = std::uint64_t{8} << 20;
};

struct ListenerOptions {
  std::string address;        // empty: every IPv4 address
  std::uint16_t port = 7350;  // 0: a free port
  HttpLimits http;
  SocketLimits socket;
  HeldLimits held;
  std::uint32_t connections_max = 100'000;   // above it, connections wait in the kernel
  std::uint32_t connections_per_ip_max = 0;  // 0: no bound
  // Added to each answer, except for fields that the host sets itself.
  std::vector<std::pair<std::string, std::string>> response_headers;
  std::string certificate_file;          // PEM chain; empty: no TLS
  std::string key_file;                  // PEM; of the certificate
  std::chrono::milliseconds sweep{250};  // how often deadlines are checked
};

}  // namespace serai::net
