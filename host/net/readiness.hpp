// Readiness: tells the connections of a shard when their sockets can be read or written.
//
// Why     an Asio wait is armed anew for each message, and that is a system call. Here a socket is
//         registered once, edge-triggered, in a set that Asio waits for as a whole: one call arms
//         the wait for all that has come meanwhile.
// Thread  the shard's, but for construction and destruction.
// Owner   the Hub. A connection that was removed stays alive until the turn that may still name it
//         is over.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstdint>

namespace serai {

class Connection;

class Readiness {
 public:
  explicit Readiness(boost::asio::io_context& io);
  Readiness(const Readiness&) = delete;
  Readiness& operator=(const Readiness&) = delete;

  void start();
  // From now on Connection::on_ready() is called for each change. False: the kernel has no room.
  bool add(int socket, Connection& connection);
  // Before the socket is closed. Closing alone would not do: a child process on its way to exec has
  // a copy of every descriptor, and as long as it has, the kernel goes on telling.
  void remove(int socket);

 private:
  void arm();
  void take_turn();

  boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type> set_;
};

}  // namespace serai
