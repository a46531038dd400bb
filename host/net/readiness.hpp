// Readiness: reports to the connections of a shard when their sockets can be read or written.
//
// Why     Asio arms the wait for a socket again for each message, which is a system call. Here each
//         socket is registered once, edge-triggered, in an epoll set. Asio waits for the set, so
//         one system call arms the wait for all sockets.
// Thread  the shard's, except for construction and destruction.
// Owner   the Hub. Connections are borrowed. A removed connection must live until the end of the
//         turn, because an event of this turn may still refer to it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstdint>

namespace serai::net {

class Connection;

class Readiness {
 public:
  explicit Readiness(boost::asio::io_context& io);
  Readiness(const Readiness&) = delete;
  Readiness& operator=(const Readiness&) = delete;
  ~Readiness() = default;

  // Begins to wait for events.
  void start();
  // Registers a socket: Connection::on_ready() is called for each change. False: the kernel has no
  // room for the socket.
  bool add(int socket, Connection& connection);
  // To be called before the socket is closed. Closing alone is not enough: a child process has a
  // copy of every descriptor before its exec, and until then the kernel goes on reporting.
  void remove(int socket);

 private:
  void arm();
  void take_turn();

  boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type> set_;
};

}  // namespace serai::net
