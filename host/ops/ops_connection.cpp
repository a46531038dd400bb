#include "ops/ops_connection.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/status.hpp>
#include <chrono>
#include <utility>

namespace serai::ops {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Field = http::field;
using namespace std::chrono_literals;

constexpr std::uint32_t kHeaderBytesMax = 8 * 1024;
constexpr std::ptrdiff_t kHeaderFieldsMax = 64;
constexpr std::uint64_t kBodyBytesMax = std::uint64_t{64} * 1024;
constexpr std::size_t kDiscardedMax = std::size_t{4} << 20;
constexpr auto kRequestWait = 5s;
constexpr auto kAnswerWait = 10s;
constexpr auto kDiscardWait = 2s;
constexpr auto kGuessWait = 1s;
constexpr auto kEventCheckEvery = 20ms;
constexpr int kChecksPerHeartbeat = 50;

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

std::string address_text(const asio::ip::tcp::endpoint& end) {
  const auto address = end.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

std::string head_of(const OpsAnswer& answer) {
  const auto reason = http::obsolete_reason(static_cast<http::status>(answer.status));
  std::string head = "HTTP/1.1 " + std::to_string(answer.status) + ' ';
  head.append(reason.data(), reason.size()).append("\r\nConnection: close\r\nContent-Type: ");
  head += answer.type + "\r\n";
  if (!answer.more_header.empty()) head += answer.more_header + "\r\n";
  if (!answer.watcher) head += "Content-Length: " + std::to_string(answer.body.size()) + "\r\n";
  return head + "\r\n";
}

}  // namespace

OpsConnection::OpsConnection(asio::ip::tcp::socket socket, Plane& plane)
    : stream_(std::move(socket)), timer_(stream_.get_executor()), plane_(plane) {
  boost::system::error_code gone;
  local_ = address_text(stream_.socket().local_endpoint(gone));
  remote_ = address_text(stream_.socket().remote_endpoint(gone));
  parser_.emplace();
  parser_->header_limit(kHeaderBytesMax);
  parser_->body_limit(kBodyBytesMax);
  buffer_.max_size(std::size_t{2} * kHeaderBytesMax);
}

void OpsConnection::start() {
  stream_.expires_after(kRequestWait);
  http::async_read_header(
      stream_, buffer_, *parser_, [self = shared_from_this()](Code failed, std::size_t) {
        self->on_header(failed);
      });
}

void OpsConnection::close() {
  if (stage_ == Stage::closed) return;
  stage_ = Stage::closed;
  timer_.cancel();
  stream_.close();
  if (watcher_) plane_.feed.leave(*watcher_);
  plane_.closed(*this);  // removes it from the server's list; the caller still has a reference
}

void OpsConnection::give_up() {
  if (stage_ == Stage::work) refuse({Errc::unavailable, "the host is stopping"}, 503);
}

void OpsConnection::on_header(Code failed) {
  if (stage_ == Stage::closed) return;
  if (failed == http::error::body_limit) {
    return refuse({Errc::out_of_range, "the body exceeds 65536 bytes"}, 413);
  }
  if (failed == http::error::header_limit || failed == http::error::buffer_overflow) {
    return refuse({Errc::out_of_range, "the header exceeds 8192 bytes"}, 431);
  }
  if (failed.category() == http::make_error_code(http::error::bad_method).category() &&
      failed != http::error::end_of_stream && failed != http::error::partial_message) {
    return refuse({Errc::invalid_argument, "not a request: " + failed.message()}, 400);
  }
  if (failed) return close();
  whole_ = parser_->is_done();
  const auto& header = parser_->get();
  if (std::distance(header.begin(), header.end()) > kHeaderFieldsMax) {
    return refuse({Errc::out_of_range, "the header exceeds 64 fields"}, 431);
  }
  // Chunked bodies are refused. No client of ours sends them, and the bytes of an endless one would
  // have to be counted.
  if (header.count(Field::transfer_encoding) != 0) {
    return refuse({Errc::unimplemented, "Transfer-Encoding is not accepted: send a Content-Length"},
                  501);
  }
  // With HTTP/1.0 the Host may be missing: simple health checks do not send it. A browser always
  // does.
  const bool nameless = header.count(Field::host) == 0 && header.version() == 10;
  if (!nameless && (header.count(Field::host) != 1 ||
                    !plane_.guard.allows_host(view(header[Field::host]), local_))) {
    return refuse(
        {Errc::permission_denied, "this Host is not allowed; add its name to admin.hosts"}, 421);
  }
  asked_ = parse_target(view(header.method_string()), view(header.target()));
  const OpsRoute* route = plane_.routes.find(asked_.method, asked_.path);
  if (route == nullptr) return refuse_unknown();
  judge_caller(*route);
}

void OpsConnection::refuse_unknown() {
  const std::string methods = plane_.routes.methods_of(asked_.path);
  const std::string asked = asked_.method + " " + asked_.path;
  if (methods.empty()) return refuse({Errc::not_found, "there is no " + asked}, 404);
  OpsAnswer answer = error_answer(
      {Errc::unimplemented, "there is no " + asked + "; the path accepts " + methods}, 405);
  answer.more_header = "Allow: " + methods;
  send(std::move(answer));
}

void OpsConnection::judge_caller(const OpsRoute& route) {
  using Verdict = OpsGuard::Verdict;
  if (!route.needs_token) return read_body(route);
  const Error refusal{Errc::unauthenticated, "this path needs the admin token"};
  switch (plane_.guard.judge(view(parser_->get()[Field::authorization]), remote_)) {
    case Verdict::admitted:
      return read_body(route);
    case Verdict::nameless:
      return refuse(refusal, 401);
    case Verdict::wrong:
      return refuse_later(refusal);
    case Verdict::throttled:
      return refuse({Errc::resource_exhausted,
                     "too many wrong admin tokens from this address: try again in a second"},
                    429);
  }
}

void OpsConnection::read_body(const OpsRoute& route) {
  http::async_read(
      stream_, buffer_, *parser_, [self = shared_from_this(), &route](Code failed, std::size_t) {
        if (self->stage_ == Stage::closed) return;
        if (failed) return self->close();
        self->whole_ = true;
        self->work(route);
      });
}

OpsWorkers& OpsConnection::workers(OpsRoute::Place place) const {
  if (place == OpsRoute::Place::health) return plane_.health;
  return place == OpsRoute::Place::metrics ? plane_.metrics : plane_.operators;
}

void OpsConnection::work(const OpsRoute& route) {
  asked_.body = std::move(parser_->get().body());
  if (route.place == OpsRoute::Place::at_once) return send(route.answer(asked_));
  stage_ = Stage::work;
  const bool taken = workers(route.place).post([self = shared_from_this(), &route] {
    // The answer is posted to the server's thread, the only one that may use a connection.
    asio::post(self->stream_.get_executor(), [self, answer = route.answer(self->asked_)]() mutable {
      self->send(std::move(answer));
    });
  });
  if (!taken) refuse({Errc::unavailable, "too many requests are waiting: try again later"}, 503);
}

void OpsConnection::refuse(const Error& error, int status) { send(error_answer(error, status)); }

void OpsConnection::refuse_later(const Error& error) {
  plane_.log.warn("admin.token_refused", {{"address", remote_}});
  timer_.expires_after(kGuessWait);
  timer_.async_wait([self = shared_from_this(), error](Code) {
    self->plane_.guard.answered(self->remote_);
    self->refuse(error, 0);
  });
}

void OpsConnection::send(OpsAnswer answer) {
  watcher_ = answer.watcher;
  if (stage_ == Stage::closed) {
    if (watcher_) plane_.feed.leave(*watcher_);
    return;
  }
  if (answer.status == 401) answer.more_header = "WWW-Authenticate: Bearer realm=\"serai admin\"";
  stage_ = watcher_ ? Stage::events : Stage::answer;
  if (watcher_) await_leaving();
  out_ = head_of(answer);
  if (parser_->get().method() != http::verb::head) out_ += answer.body;
  write_out(&OpsConnection::on_sent);
}

// Sends `out_`, then calls `then`.
void OpsConnection::write_out(void (OpsConnection::*then)()) {
  stream_.expires_after(kAnswerWait);
  asio::async_write(
      stream_, asio::buffer(out_), [self = shared_from_this(), then](Code failed, std::size_t) {
        if (self->stage_ == Stage::closed) return;
        failed ? self->close() : (*self.*then)();
      });
}

void OpsConnection::on_sent() {
  if (stage_ == Stage::events) return next_event();
  if (whole_) return close();
  // The rest of the request is read before the connection is closed. Bytes that arrive after a
  // close cause a TCP reset, which can destroy the answer on its way.
  Code ignored;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  stream_.expires_after(kDiscardWait);
  discard();
}

void OpsConnection::discard() {
  buffer_.clear();
  stream_.async_read_some(buffer_.prepare(kHeaderBytesMax),
                          [self = shared_from_this()](Code failed, std::size_t got) {
                            if (self->stage_ == Stage::closed) return;
                            self->discarded_ += got;
                            if (failed || self->discarded_ > kDiscardedMax) return self->close();
                            self->discard();
                          });
}

// Closes the connection when the watcher disconnects, so that its place is free at once. A watcher
// sends nothing more, so its socket becomes readable only then.
void OpsConnection::await_leaving() {
  stream_.socket().async_wait(asio::ip::tcp::socket::wait_read, [self = shared_from_this()](Code) {
    if (self->stage_ != Stage::closed) self->close();
  });
}

void OpsConnection::next_event() {
  const auto text = plane_.feed.next(*watcher_);
  if (!text) return close();
  if (text->empty() && ++quiet_checks_ < kChecksPerHeartbeat) {
    timer_.expires_after(kEventCheckEvery);
    timer_.async_wait([self = shared_from_this()](Code) {
      if (self->stage_ != Stage::closed) self->next_event();
    });
    return;
  }
  quiet_checks_ = 0;
  // After a second without an event a comment is sent as a heartbeat. Its write fails when the
  // watcher is gone.
  out_ = text->empty() ? ":\n\n" : *text;
  write_out(&OpsConnection::next_event);
}

}  // namespace serai::ops
