#include "net/http_phase.hpp"

#include <optional>
#include <utility>
#include <variant>

#include "base/json_text.hpp"
#include "net/compression.hpp"
#include "net/cors.hpp"
#include "net/http_parser.hpp"
#include "net/hub.hpp"
#include "net/upgrade.hpp"
#include "net/websocket.hpp"

namespace serai::net {
namespace {

using namespace std::chrono_literals;

constexpr auto kCallMargin = 500ms;  // a call times out this long before the idle limit
// Beyond this no further request is read.
constexpr std::size_t kQueuedBytesMax = std::size_t{64} * 1024;
constexpr std::string_view kText = "text/plain; charset=utf-8";
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kBodyTooLarge = R"({"code":3,"message":"http: request body too large"})";
constexpr std::string_view kTooSlow = R"({"code":4,"message":"context deadline exceeded"})";
constexpr std::string_view kNotFound = R"({"code":5,"message":"Not Found"})";

// The function that unpacks a body. It is called when the handler needs the body.
auto unpacker(Encoding encoding) -> decltype(HttpRequest::unpack) {
  if (encoding == Encoding::gzip) {
    return [](std::string&& body, std::size_t bytes_max) {
      return inflate_body(std::move(body), Encoding::gzip, bytes_max);
    };
  }
  if (encoding == Encoding::deflate) {
    return [](std::string&& body, std::size_t bytes_max) {
      return inflate_body(std::move(body), Encoding::deflate, bytes_max);
    };
  }
  return nullptr;
}

class HttpPhase final : public Phase {
 public:
  // With a request, which another shard has read, the phase begins with its upgrade.
  explicit HttpPhase(Connection& connection,
                     std::optional<HttpRequest> upgrading = std::nullopt,
                     const RequestTraits& traits = {})
      : connection_(connection),
        limits_(connection.hub().options().http),
        parser_(limits_.header_bytes_max, limits_.body_bytes_max),
        traits_(traits),
        upgrading_(std::move(upgrading)) {}

  std::size_t consume(std::span<char> input) override;
  bool reading() const override {
    return !busy_ && !closing_ && connection_.queued_bytes() < kQueuedBytesMax;
  }
  std::chrono::milliseconds write_limit() const override { return limits_.write_timeout; }
  std::size_t held_bytes() const override { return parser_.body_bytes(); }
  void on_overfull(const Error& error) override;
  void on_start() override { connection_.set_deadline(limits_.read_timeout); }
  void on_end() override { connection_.finish(Connection::Linger::no); }
  void on_flushed() override {
    if (!busy_ && !closing_) connection_.resume();
  }
  void on_deadline() override;
  void on_shutdown(std::string_view reason) override;
  void on_answer(std::uint32_t call, HttpResponse&& response) override;

 private:
  void on_request();
  void call_handler(HttpRequest&& request);
  void upgrade(HttpRequest&& request);
  void accept(const HttpRequest& request);
  void continue_if_asked();
  void fail(HttpParser::State state);
  void answer(int status, std::string_view type, std::string_view body);
  void answer_api(const HttpResponse& response);
  void refuse(const Error& error);
  void write(const HeadFields& fields, std::string_view body);

  Connection& connection_;
  const HttpLimits& limits_;
  HttpParser parser_;
  RequestTraits traits_;
  std::optional<HttpRequest> upgrading_;
  std::uint32_t call_ = 0;
  bool receiving_ = false;  // part of a request has come
  bool continued_ = false;
  bool busy_ = false;     // the handler has a request
  bool closing_ = false;  // nothing more is read
};

std::size_t HttpPhase::consume(std::span<char> input) {
  if (upgrading_) accept(*std::exchange(upgrading_, std::nullopt));
  std::size_t used = 0;
  while (used < input.size() && reading()) {
    if (!receiving_) {
      receiving_ = true;
      continued_ = false;
      connection_.set_deadline(limits_.read_timeout);
    }
    std::size_t taken = 0;
    const HttpParser::State state = parser_.put(input.subspan(used), taken);
    used += taken;
    if (state == HttpParser::State::more) {
      continue_if_asked();
      break;
    }
    traits_ = parser_.traits();
    receiving_ = false;
    if (state == HttpParser::State::done) {
      on_request();
    } else {
      fail(state);
    }
  }
  return used;
}

void HttpPhase::continue_if_asked() {
  if (continued_ || !parser_.header_done() || !parser_.traits().expects_continue) return;
  continued_ = true;
  connection_.output() += "HTTP/1.1 100 Continue\r\n\r\n";
}

void HttpPhase::on_request() {
  ++connection_.hub().counts().requests;
  if (connection_.hub().closing()) traits_.keep_alive = false;
  HttpRequest request = parser_.take();
  request.peer_ip = connection_.peer().ip;
  request.peer_port = connection_.peer().port;

  if (request.method == "OPTIONS") {
    const std::string lines = preflight_lines(request);
    write({.extra = lines}, {});
  } else if (request.path == "/ws") {
    upgrade(std::move(request));
  } else if (request.path == "/") {
    const bool probe = request.method == "GET";
    probe ? write({.cacheable = true}, {}) : answer(404, kJson, kNotFound);
  } else {
    request.unpack = unpacker(traits_.body);
    request.unpacked_bytes_max = limits_.inflated_bytes_max;
    call_handler(std::move(request));
  }
}

void HttpPhase::call_handler(HttpRequest&& request) {
  busy_ = true;
  connection_.set_deadline(limits_.idle_timeout - kCallMargin);
  connection_.hub().handlers().http.handle(
      std::move(request),
      [connection = ConnectionPtr(&connection_), call = ++call_](HttpResponse response) {
        // If the connection has closed meanwhile, the phase is gone and the answer is dropped.
        if (connection->phase() != nullptr && connection->is_open()) {
          connection->phase()->on_answer(call, std::move(response));
        }
      });
}

void HttpPhase::on_answer(std::uint32_t call, HttpResponse&& response) {
  if (!busy_ || call != call_) return;
  busy_ = false;
  connection_.set_owner(response.owner);
  answer_api(response);
  connection_.count_held();
  connection_.resume();
}

void HttpPhase::on_deadline() {
  ++connection_.hub().counts().timeouts;
  if (busy_) {
    busy_ = false;
    answer(504, kJson, kTooSlow);
    connection_.resume();
  } else {
    connection_.finish(Connection::Linger::no);
  }
}

// If the handler has a request, it is answered first; then the connection ends.
void HttpPhase::on_overfull(const Error& error) {
  traits_.keep_alive = false;
  if (!busy_ && !closing_) refuse(error);
}

void HttpPhase::on_shutdown(std::string_view /*reason*/) {
  traits_.keep_alive = false;
  if (busy_) return;
  closing_ = true;
  connection_.finish(Connection::Linger::no);
}

void HttpPhase::fail(HttpParser::State state) {
  traits_.keep_alive = false;
  switch (state) {
    case HttpParser::State::header_too_large:
      return answer(431, kText, "431 Request Header Fields Too Large");
    case HttpParser::State::body_too_large:
      return answer(400, kJson, kBodyTooLarge);
    case HttpParser::State::unknown_coding:
      return answer(
          501, kText, "501 Not Implemented: the only supported Transfer-Encoding is chunked");
    default:
      return answer(400, kText, "400 Bad Request");
  }
}

void HttpPhase::upgrade(HttpRequest&& request) {
  Hub& hub = connection_.hub();
  const auto shard = hub.handlers().socket.shard_for(request);
  if (!shard || !hub.reaches(*shard)) return accept(request);
  closing_ = true;  // the input that follows is for the other shard
  connection_.hand_over(*shard, std::move(request), traits_);
}

void HttpPhase::accept(const HttpRequest& request) {
  Hub& hub = connection_.hub();
  SocketFormat format = SocketFormat::json;
  auto judged = hub.handlers().socket.accept(request, format);
  if (const auto* refusal = std::get_if<SocketRefusal>(&judged)) {
    write({.status = refusal->status,
           .content_type = kText,
           .extra = "X-Content-Type-Options: nosniff\r\n",
           .cacheable = true},
          refusal->text);
    return;
  }
  const std::string accept_key = upgrade_key(request);
  if (accept_key.empty()) {
    write({.status = 400,
           .content_type = kText,
           .extra = "Sec-WebSocket-Version: 13\r\n",
           .cacheable = true},
          "Bad Request");
    return;
  }
  append_upgrade(connection_.output(), accept_key);
  closing_ = true;
  connection_.become(make_websocket(
      connection_, std::move(std::get<std::unique_ptr<SocketSession>>(judged)), format));
}

void HttpPhase::answer(int status, std::string_view type, std::string_view body) {
  write({.status = status, .content_type = type}, body);
}

void HttpPhase::answer_api(const HttpResponse& response) {
  if (const auto admitted = connection_.admit(response.body.size()); !admitted) {
    return refuse(admitted.error());
  }
  HeadFields fields{.status = response.status, .content_type = response.content_type};
  if (traits_.accepts != Encoding::none && response.body.size() >= limits_.compress_bytes_min) {
    const std::string small = deflate_body(response.body, traits_.accepts);
    if (!small.empty()) {
      fields.encoding = traits_.accepts;
      write(fields, small);
      return;
    }
  }
  write(fields, response.body);
}

// Answers an error in the form of the client protocol.
void HttpPhase::refuse(const Error& error) {
  std::string body =
      R"({"code":)" + std::to_string(static_cast<int>(error.code)) + R"(,"message":)";
  append_json_string(error.detail, body);
  answer(error.code == Errc::resource_exhausted ? 429 : 503, kJson, body += '}');
}

void HttpPhase::write(const HeadFields& given, std::string_view body) {
  HeadFields fields = given;
  fields.content_length = body.size();
  fields.cors = traits_.has_origin;
  fields.close = !traits_.keep_alive;
  fields.keep_alive = traits_.is_http_1_0;
  std::string& out = connection_.output();
  connection_.hub().response_head().append(out, fields);
  if (!traits_.is_head) out += body;
  if (traits_.keep_alive) {
    connection_.set_deadline(limits_.idle_timeout);
  } else {
    closing_ = true;
    connection_.finish(Connection::Linger::yes);
  }
}

}  // namespace

std::unique_ptr<Phase> make_http_phase(Connection& connection) {
  return std::make_unique<HttpPhase>(connection);
}

std::unique_ptr<Phase> make_http_phase(Connection& connection,
                                       HttpRequest upgrading,
                                       const RequestTraits& traits) {
  return std::make_unique<HttpPhase>(connection, std::move(upgrading), traits);
}

}  // namespace serai::net
