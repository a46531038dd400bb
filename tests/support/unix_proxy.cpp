#include "support/unix_proxy.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string_view>

namespace serai::testing {
namespace {

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) throw std::runtime_error(path + " is too long");
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

bool send_all(int socket, std::string_view data) {
  while (!data.empty()) {
    const ssize_t sent = ::send(socket, data.data(), data.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    data.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

// The next bytes; empty at the end.
std::string_view receive(int socket, std::array<char, 65536>& buffer) {
  const ssize_t got = ::recv(socket, buffer.data(), buffer.size(), 0);
  return {buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
}

}  // namespace

UnixProxy::UnixProxy(std::string folder, std::string server) : server_(std::move(server)) {
  std::filesystem::create_directories(folder);
  const std::string path = folder + "/.s.PGSQL.5432";
  const sockaddr_un address = address_of(path);
  std::filesystem::remove(path);
  listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      ::listen(listener_, 16) != 0) {
    throw std::runtime_error("cannot listen at " + path);
  }
  acceptor_ = std::thread([this] { accept_all(); });
}

UnixProxy::~UnixProxy() {
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
  }
  for (std::thread& connection : connections_) connection.join();
  for (const int socket : sockets_) ::close(socket);
  ::close(listener_);
}

void UnixProxy::accept_all() {
  while (true) {
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    const std::lock_guard lock(mutex_);
    sockets_.push_back(client);
    connections_.emplace_back([this, client] { pass(client); });
  }
}

void UnixProxy::pass(int client) {
  const sockaddr_un address = address_of(server_ + "/.s.PGSQL.5432");
  const int server = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  {
    const std::lock_guard lock(mutex_);
    sockets_.push_back(server);
  }
  std::array<char, 65536> buffer{};
  std::array<pollfd, 2> ready{{{client, POLLIN, 0}, {server, POLLIN, 0}}};
  bool open = ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  while (open && ::poll(ready.data(), ready.size(), -1) > 0) {
    if (ready[0].revents != 0) {
      const std::string_view asked = receive(client, buffer);
      const bool is_commit = asked.find("COMMIT") != std::string_view::npos;
      const Cut cut = is_commit ? cut_.exchange(Cut::none) : Cut::none;
      if (asked.empty() || cut == Cut::before_commit || !send_all(server, asked)) break;
      if (cut == Cut::after_commit) {
        receive(server, buffer);  // the commit is done
        break;
      }
    }
    if (ready[1].revents != 0) {
      const std::string_view answered = receive(server, buffer);
      open = !answered.empty() && send_all(client, answered);
    }
  }
  ::shutdown(server, SHUT_RDWR);
  ::shutdown(client, SHUT_RDWR);
}

}  // namespace serai::testing
