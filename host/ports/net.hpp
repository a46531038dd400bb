// The border between sockets and the client protocol. host/net implements ClientSocket and calls
// the two handlers; host/protocol implements the handlers.
//
// Thread  everything about one connection happens on its shard.
// Owner   SocketSession belongs to the connection, which destroys it after on_closed(). A handler
//         that keeps a ClientSocket* drops it in on_closed().
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "base/unique_function.hpp"

namespace serai {

struct HttpRequest {
  std::string method;
  std::string path;   // as sent, percent-encoded, without the query
  std::string query;  // without the question mark
  std::string body;   // as sent; unpack_body() unpacks it
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string peer_ip;
  std::uint16_t peer_port = 0;

  // How net unpacks the body; null: it was not packed.
  Result<std::string> (*unpack)(std::string&& packed, std::size_t bytes_max) = nullptr;
  std::size_t unpacked_bytes_max = 0;

  std::string_view header(std::string_view lower_case_name) const;  // empty when absent
  // Unpacks the body in place, once. A kilobyte may become a megabyte, so the handler first checks
  // who the caller is and whether the rate limits admit the call. invalid_argument: it is broken,
  // or larger than `bytes_max` or net's own bound.
  Result<> unpack_body(std::size_t bytes_max = SIZE_MAX);
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  // The player it is for, as a keyed hash: the bytes that wait to be sent are bounded per owner. 0:
  // no owner.
  std::uint64_t owner = 0;
};

// One call per request; net adds CORS, cache and compression headers. An answer that comes after
// the connection has gone is dropped.
class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  virtual void handle(HttpRequest request, UniqueFunction<void(HttpResponse)> answer) = 0;
};

enum class SocketFormat : std::uint8_t { json, protobuf };

// An open client socket, as the protocol sees it.
class ClientSocket {
 public:
  virtual ~ClientSocket() = default;
  // Queues one message; text for json sockets, binary for protobuf ones. A full queue closes the
  // socket with "session outgoing queue full".
  virtual void send(std::string message) = 0;
  // As above with a buffer that several sockets send: shared by the sockets until each has written
  // it.
  virtual void send_shared(std::shared_ptr<const std::string> message) = 0;
  // Close frame 1000 with the reason once everything queued is written.
  virtual void close(std::string_view reason) = 0;
  virtual SocketFormat format() const = 0;
  // True when the client's queue is half full. After that, SocketSession::on_flushed() is called
  // once the queue is empty.
  virtual bool is_slow() = 0;
  // To be called when SocketSession::takes_more() is true again.
  virtual void read_on() = 0;
};

class SocketSession {
 public:
  virtual ~SocketSession() = default;
  virtual void on_open(ClientSocket& socket) = 0;
  virtual void on_message(std::string_view message) = 0;
  // A frame that is no message: a ping, a pong or a fragment. It counts towards the flood limits.
  virtual void on_frame() = 0;
  // While false, nothing is read: what the client sends waits in the kernel, then at the client.
  virtual bool takes_more() const = 0;
  virtual void on_flushed() = 0;            // see ClientSocket::is_slow
  virtual std::uint64_t owner() const = 0;  // as in HttpResponse
  // No more messages come. The session answers those it has, then closes its socket with the
  // reason. Without an unanswered message it closes the socket within this call.
  virtual void on_shutdown(std::string_view reason) = 0;
  virtual void on_closed() = 0;  // the last call
};

struct SocketRefusal {
  int status = 401;
  std::string text;
};

class SocketHandler {
 public:
  virtual ~SocketHandler() = default;
  // Judges an upgrade request for /ws. Either a session, or the plain-text refusal.
  virtual std::variant<std::unique_ptr<SocketSession>, SocketRefusal> accept(
      const HttpRequest& request, SocketFormat& format) = 0;
};

}  // namespace serai
