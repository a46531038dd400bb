#include "unit/net/one_connection.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <utility>

#include "net/http_phase.hpp"

namespace serai::testing {
namespace {

class Echo final : public SocketSession {
 public:
  void on_open(ClientSocket& socket) override { socket_ = &socket; }
  void on_message(std::string_view message) override { socket_->send(std::string(message)); }
  void on_frame() override {}
  bool takes_more() const override { return true; }
  void on_flushed() override {}
  std::uint64_t owner() const override { return 0; }
  void on_shutdown(std::string_view reason) override { socket_->close(reason); }
  void on_closed(SocketEnd) override { socket_ = nullptr; }

 private:
  ClientSocket* socket_ = nullptr;
};

}  // namespace

EchoHost::EchoHost()
    : hub_(net::HubSetup{
          shard_, options_, {*this, *this}, admission_, held_, nullptr, Log(), no_metrics()}) {}

net::ConnectionPtr EchoHost::connect(int descriptor) {
  net::ConnectionPtr connection =
      new net::Connection(hub_, net::Transport(descriptor, nullptr), {"10.0.0.1", 1});
  list_.push_back(*connection);
  intrusive_ptr_add_ref(connection.get());  // the list's, as the hub does it
  admission_.enter("10.0.0.1");
  run([&] { connection->start(make_http_phase(*connection)); });
  return connection;
}

void EchoHost::run(UniqueFunction<void()> work) {
  shard_.post(std::move(work));
  while (shard_.run_ready()) {
  }
}

OneConnection::OneConnection(EchoHost& host) : host_(host) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    std::abort();
  }
  peer_ = ends[0];
  connection_ = host_.connect(ends[1]);
}

OneConnection::~OneConnection() {
  ::close(peer_);
  host_.run([this] { connection_->drop(); });
}

bool OneConnection::put(std::string_view piece) {
  while (!piece.empty()) {
    const ssize_t put = ::send(peer_, piece.data(), piece.size(), MSG_NOSIGNAL);
    if (put <= 0 && closed_) return false;
    if (put > 0) piece.remove_prefix(static_cast<std::size_t>(put));
    turn({.input = true});
  }
  return !closed_;
}

// Until the host has nothing more to say.
void OneConnection::turn(net::Ready ready) {
  do {
    host_.run([this, ready] { connection_->on_ready(ready); });
    ready.output = true;
  } while (read_answers());
}

bool OneConnection::read_answers() {
  std::array<char, 16'384> buffer;
  const ssize_t got = ::recv(peer_, buffer.data(), buffer.size(), 0);
  if (got > 0) answers_.append(buffer.data(), static_cast<std::size_t>(got));
  closed_ = closed_ || got == 0;
  return got > 0;
}

std::string OneConnection::answers() const {
  constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  std::string text = answers_;
  for (auto at = text.find(kContinue); at != std::string::npos; at = text.find(kContinue, at)) {
    text.erase(at, kContinue.size());
  }
  return text;
}

void EchoHost::handle(HttpRequest request, UniqueFunction<void(HttpResponse)> answer) {
  const auto unpacked = request.unpack_body();
  HttpResponse response{200, "text/plain", request.method + ' ' + request.path + '?'};
  response.body += request.query + '\n';
  for (const auto& [name, value] : request.headers) response.body += name + ':' + value + '\n';
  response.body += unpacked ? request.body : unpacked.error().detail;
  answer(std::move(response));
}

std::variant<std::unique_ptr<SocketSession>, SocketRefusal> EchoHost::accept(
    const HttpRequest& request, SocketFormat& format) {
  if (request.query.find("token=ok") == std::string::npos) return SocketRefusal{};
  format = request.query.find("format=protobuf") == std::string::npos ? SocketFormat::json
                                                                      : SocketFormat::protobuf;
  return std::make_unique<Echo>();
}

std::string answers_to(const Pieces& pieces) {
  static EchoHost host;
  OneConnection connection(host);
  for (const std::string_view piece : pieces) {
    if (!connection.put(piece)) break;
  }
  return connection.answers() + (connection.is_closed() ? "closed" : "open");
}

}  // namespace serai::testing
