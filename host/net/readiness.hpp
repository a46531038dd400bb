// Readiness: reports to the connections of a shard when their sockets can be read or written.
//
// Why     an Asio wait is armed again for each message, and that is a system call. Here a socket is
//         registered once, edge-triggered, in a set. Asio waits for the set, so one system call
//         arms the wait for all sockets.
// Thread  the shard's, but for construction and destruction.
// Owner   the Hub. A removed connection stays alive until the end of the turn that may still name
//         it.
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

  void start();
  // From now on Connection::on_ready() is called for each change. False: the kernel has no room for
  // it.
  bool add(int socket, Connection& connection);
  // To be called before the socket is closed. Closing is not enough: a child process before its
  // exec has a copy of every descriptor, and until then the kernel goes on reporting.
  void remove(int socket);

 private:
  void arm();
  void take_turn();

  boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type> set_;
};

}  // namespace serai::net
