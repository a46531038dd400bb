#include "net/listening.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <cerrno>
#include <system_error>

namespace serai::net {
namespace {

using TcpEndpoint = boost::asio::ip::tcp::endpoint;

std::string text_of(const TcpEndpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  const std::string port = std::to_string(endpoint.port());
  return endpoint.address().is_v6() ? "[" + address + "]:" + port : address + ":" + port;
}

Error socket_error(const TcpEndpoint& endpoint) {
  const int reason = errno;
  std::string detail =
      "cannot listen on " + text_of(endpoint) + ": " + std::system_category().message(reason);
  if (reason == EADDRINUSE) detail += "; another program has this port";
  return {Errc::unavailable, std::move(detail)};
}

bool set_option(int socket, int level, int name) {
  const int on = 1;
  return ::setsockopt(socket, level, name, &on, sizeof on) == 0;
}

enum class Sharing { first_alone, with_siblings };

Result<Descriptor> open_one(const TcpEndpoint& endpoint, Sharing sharing) {
  Descriptor socket(
      ::socket(endpoint.protocol().family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket.number() < 0) return socket_error(endpoint);
  // SO_REUSEADDR: a restart need not wait for the end of old connections. Accepted sockets inherit
  // TCP_NODELAY.
  const bool ready =
      set_option(socket.number(), SOL_SOCKET, SO_REUSEADDR) &&
      set_option(socket.number(), IPPROTO_TCP, TCP_NODELAY) &&
      (sharing == Sharing::first_alone || set_option(socket.number(), SOL_SOCKET, SO_REUSEPORT)) &&
      ::bind(socket.number(), endpoint.data(), static_cast<socklen_t>(endpoint.size())) == 0;
  if (!ready) return socket_error(endpoint);
  return socket;
}

Result<TcpEndpoint> local_endpoint(int socket, const TcpEndpoint& wanted) {
  TcpEndpoint local;
  auto size = static_cast<socklen_t>(local.capacity());
  if (::getsockname(socket, local.data(), &size) != 0) return socket_error(wanted);
  local.resize(size);
  return local;
}

}  // namespace

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

Result<Listening> open_listening(const std::string& address,
                                 std::uint16_t port,
                                 std::uint32_t count) {
  boost::system::error_code bad;
  const auto parsed = boost::asio::ip::make_address(address.empty() ? "0.0.0.0" : address, bad);
  if (bad) return {Errc::invalid_argument, "not an IP address to listen on: " + address};
  const TcpEndpoint wanted(parsed, port);

  auto first = open_one(wanted, Sharing::first_alone);
  if (!first) return first.error();
  // The port is shared only after this host has bound it. Listening may still fail: with
  // SO_REUSEADDR two programs may bind a port, but only one of them may listen.
  if (count > 1 && !set_option(first->number(), SOL_SOCKET, SO_REUSEPORT)) {
    return socket_error(wanted);
  }
  if (::listen(first->number(), SOMAXCONN) != 0) return socket_error(wanted);
  const auto local = local_endpoint(first->number(), wanted);
  if (!local) return local.error();

  Listening out;
  out.address = local->address().to_string();
  out.port = local->port();
  out.is_v6 = local->address().is_v6();
  out.sockets.push_back(std::move(*first));
  while (out.sockets.size() < count) {
    auto sibling = open_one(*local, Sharing::with_siblings);
    if (!sibling) return sibling.error();
    if (::listen(sibling->number(), SOMAXCONN) != 0) return socket_error(*local);
    out.sockets.push_back(std::move(*sibling));
  }
  return out;
}

}  // namespace serai::net
