// The interface between sockets and the client protocol. host/net implements ClientSocket and calls
// the two handlers; host/protocol implements the handlers.
//
// Thread  everything about one connection happens on its shard.
// Owner   the connection owns its SocketSession and destroys it after on_closed(). A handler that
//         stores a ClientSocket* must drop it in on_closed().
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
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
  std::string path;   // as it was sent: percent-encoded; without the query
  std::string query;  // without the question mark
  std::string body;   // as it was sent; unpack_body() decompresses it
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string peer_ip;
  std::uint16_t peer_port = 0;

  // The function that decompresses the body; null: the body is not compressed.
  Result<std::string> (*unpack)(std::string&& packed, std::size_t bytes_max) = nullptr;
  std::size_t unpacked_bytes_max = 0;

  std::string_view header(std::string_view lower_case_name) const;  // empty when absent
  // Decompresses the body in place; a second call does nothing. A kilobyte may become a megabyte,
  // so the handler first authenticates the caller and checks the rate limits. invalid_argument: the
  // body is broken, or larger than `bytes_max` or net's own limit.
  Result<> unpack_body(std::size_t bytes_max = SIZE_MAX);
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  // The keyed hash of the player who gets the response; 0: no player. The number of bytes that wait
  // to be sent is limited per owner.
  std::uint64_t owner = 0;
};

// Handles one HTTP request per call. net adds the headers for CORS, caches and compression. An
// answer that comes after the connection has closed is dropped.
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
  // Queues one message. Its frame is text on a json socket, binary on a protobuf one. A full queue
  // closes the socket with "session outgoing queue full".
  virtual void send(std::string message) = 0;
  // The same with a buffer that several sockets send. They share it until each has written it.
  virtual void send_shared(std::shared_ptr<const std::string> message) = 0;
  // Sends close frame 1000 with the reason after all queued messages.
  virtual void close(std::string_view reason) = 0;
  // Closes the connection at once: queued messages are lost, and there is no close frame.
  virtual void drop() = 0;
  virtual SocketFormat format() const = 0;
  // True when the client's queue is half full. After that, SocketSession::on_flushed() is called
  // once the queue is empty.
  virtual bool is_slow() = 0;
  // Starts reading again. To be called when SocketSession::takes_more() has become true again.
  virtual void read_on() = 0;
  // Closes the connection of a client that does not read, and keeps its session, see
  // ports/resume.hpp. False, and nothing done: the session ends with its connection.
  virtual bool park() { return false; }
  // True while the session has no connection.
  virtual bool is_parked() const { return false; }
};

// How a connection has ended.
enum class SocketEnd : std::uint8_t {
  lost,       // it broke, or was dropped; or the client's close frame had a code of its own
  by_client,  // the client's close frame had code 1000 or 1001, or none
  by_host,    // the session closed the socket, or the client broke the WebSocket protocol
};

class SocketSession {
 public:
  virtual ~SocketSession() = default;
  virtual void on_open(ClientSocket& socket) = 0;
  virtual void on_message(std::string_view message) = 0;
  // Called for a frame that is no message: a ping, a pong or a fragment. It counts towards the
  // flood limits.
  virtual void on_frame() = 0;
  // While this is false, net does not read from the socket. The client's data then waits in the
  // kernel, and after that in the client.
  virtual bool takes_more() const = 0;
  virtual void on_flushed() = 0;            // see ClientSocket::is_slow
  virtual std::uint64_t owner() const = 0;  // as in HttpResponse
  // Called when no more messages will come. The session answers the messages that it has, then
  // closes its socket with the reason. If all are answered, it closes the socket within this call.
  virtual void on_shutdown(std::string_view reason) = 0;
  virtual void on_closed(SocketEnd end) = 0;  // the last call
};

struct SocketRefusal {
  int status = 401;
  std::string text;
};

class SocketHandler {
 public:
  virtual ~SocketHandler() = default;
  // Accepts or refuses an upgrade request for /ws. Returns a session and sets `format`, or returns
  // the refusal, which is sent as plain text.
  virtual std::variant<std::unique_ptr<SocketSession>, SocketRefusal> accept(
      const HttpRequest& request, SocketFormat& format) = 0;
  // The shard whose handler has to accept this request. net moves the connection there. None: this
  // shard.
  virtual std::optional<std::uint32_t> shard_for(const HttpRequest& /*request*/) {
    return std::nullopt;
  }
};

}  // namespace serai
