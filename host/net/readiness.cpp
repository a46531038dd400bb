#include "net/readiness.hpp"

#include <sys/epoll.h>

#include <array>

#include "base/assert.hpp"
#include "net/connection.hpp"

namespace serai::net {
namespace {

constexpr std::size_t kEventsPerTurn = 128;

int make_set() {
  const int set = ::epoll_create1(EPOLL_CLOEXEC);
  SERAI_ASSERT(set >= 0);
  return set;
}

}  // namespace

Readiness::Readiness(boost::asio::io_context& io) : set_(io, make_set()) {}

void Readiness::start() { arm(); }

bool Readiness::add(int socket, Connection& connection) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = &connection;
  return ::epoll_ctl(set_.native_handle(), EPOLL_CTL_ADD, socket, &event) == 0;
}

void Readiness::remove(int socket) {
  ::epoll_ctl(set_.native_handle(), EPOLL_CTL_DEL, socket, nullptr);
}

void Readiness::arm() {
  set_.async_wait(boost::asio::posix::descriptor_base::wait_read,
                  [this](const boost::system::error_code& error) {
                    if (error) return;  // the hub is destroyed
                    take_turn();
                    arm();
                  });
}

// Reports the events. Events that are left over make the next wait end at once.
void Readiness::take_turn() {
  std::array<epoll_event, kEventsPerTurn> events;  // NOLINT: filled by epoll_wait
  const int count =
      ::epoll_wait(set_.native_handle(), events.data(), static_cast<int>(events.size()), 0);
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    static_cast<Connection*>(event.data.ptr)
        ->on_ready({.input = (event.events & ~std::uint32_t{EPOLLOUT}) != 0,
                    .output = (event.events & EPOLLOUT) != 0,
                    .ending = (event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0});
  }
}

}  // namespace serai::net
