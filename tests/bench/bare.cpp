// bench_bare: a server with Boost.Beast alone that answers the load generator and does nothing
// else, for comparison with the host. It has one thread and ignores the content of requests.
//
//   bench_bare     prints {"client":"127.0.0.1:PORT"} and serves until it is killed
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using Tcp = asio::ip::tcp;
using Failure = beast::error_code;

// A WebSocket. Its pending operation owns it, so it lives until an operation fails.
class Socket : public std::enable_shared_from_this<Socket> {
 public:
  explicit Socket(Tcp::socket socket) : stream_(std::move(socket)) {}

  void accept(const http::request<http::string_body>& request) {
    stream_.async_accept(request, [self = shared_from_this()](Failure failed) {
      if (!failed) self->read();
    });
  }

 private:
  void read() {
    stream_.async_read(buffer_, [self = shared_from_this()](Failure failed, std::size_t) {
      if (!failed) self->answer();
    });
  }

  void answer() {
    const auto data = buffer_.cdata();
    const std::string_view text(static_cast<const char*>(data.data()), data.size());
    const std::size_t from = text.find(R"("cid":")") + 7;
    answer_ = R"({"cid":")";
    answer_ += text.substr(from, text.find('"', from) - from);
    answer_ += R"(","rpc":{"id":"bench_echo","payload":"{\"n\":1}"}})";
    buffer_.consume(buffer_.size());
    stream_.async_write(asio::buffer(answer_),
                        [self = shared_from_this()](Failure failed, std::size_t) {
                          if (!failed) self->read();
                        });
  }

  websocket::stream<Tcp::socket> stream_;
  beast::flat_buffer buffer_;
  std::string answer_;
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  explicit Connection(Tcp::socket socket) : socket_(std::move(socket)) {
    socket_.set_option(Tcp::no_delay(true));
  }

  void read() {
    request_ = {};
    http::async_read(
        socket_, buffer_, request_, [self = shared_from_this()](Failure failed, std::size_t) {
          if (!failed) self->answer();
        });
  }

 private:
  void answer() {
    if (websocket::is_upgrade(request_)) {
      return std::make_shared<Socket>(std::move(socket_))->accept(request_);
    }
    answer_ = {http::status::ok, request_.version()};
    answer_.set(http::field::content_type, "application/json");
    answer_.body() =
        request_.target().starts_with("/v2/rpc") ? R"({"n":1})" : R"({"token":"bare"})";
    answer_.prepare_payload();
    http::async_write(socket_, answer_, [self = shared_from_this()](Failure failed, std::size_t) {
      if (!failed) self->read();
    });
  }

  Tcp::socket socket_;
  beast::flat_buffer buffer_;
  http::request<http::string_body> request_;
  http::response<http::string_body> answer_;
};

void accept_all(Tcp::acceptor& acceptor) {
  acceptor.async_accept([&acceptor](Failure failed, Tcp::socket socket) {
    if (!failed) std::make_shared<Connection>(std::move(socket))->read();
    accept_all(acceptor);
  });
}

}  // namespace

int main() {
  asio::io_context io{1};
  Tcp::acceptor acceptor(io, {asio::ip::make_address("127.0.0.1"), 0});
  accept_all(acceptor);
  std::printf("{\"client\":\"127.0.0.1:%u\"}\n", acceptor.local_endpoint().port());
  std::fflush(stdout);
  io.run();
}
