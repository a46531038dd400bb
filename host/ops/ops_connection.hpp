// OpsConnection: one connection of the ops plane. It serves one request and is then closed.
//
// All reads and writes are asynchronous, so no thread waits for a client. Only the header, of at
// most 8 KiB, is read before the Host header and the token have been checked. A request must arrive
// within 5 s, and the client must read the answer within 10 s.
//
// Thread  the server's, all calls.
// Owner   the server's list; pending reads, writes and answers keep it alive as well.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "ops/ops_guard.hpp"
#include "ops/ops_routes.hpp"
#include "ops/ops_workers.hpp"

namespace serai::ops {

class OpsConnection : public std::enable_shared_from_this<OpsConnection> {
 public:
  struct Plane {
    OpsGuard& guard;
    const OpsRoutes& routes;
    OpsWorkers& health;
    OpsWorkers& metrics;
    OpsWorkers& operators;
    EventFeed& feed;
    Log log;
    std::function<void(OpsConnection&)> closed;
  };

  OpsConnection(boost::asio::ip::tcp::socket socket, Plane& plane);
  OpsConnection(const OpsConnection&) = delete;
  OpsConnection& operator=(const OpsConnection&) = delete;
  ~OpsConnection() = default;

  void start();  // begins to read the request
  void close();  // at once, without an answer
  // Answers a request that no worker will answer any more, with unavailable. The workers have
  // stopped before.
  void give_up();
  // True while the connection waits for its client. Such a connection may be closed to make room
  // for another one.
  bool awaits_peer() const { return stage_ == Stage::request || stage_ == Stage::answer; }
  bool awaits_request() const { return stage_ == Stage::request; }

 private:
  enum class Stage { request, work, answer, events, closed };
  using Code = boost::system::error_code;

  void on_header(Code failed);
  void refuse_unknown();
  void judge_caller(const OpsRoute& route);
  void read_body(const OpsRoute& route);
  void work(const OpsRoute& route);
  OpsWorkers& workers(OpsRoute::Place place) const;
  void refuse(const Error& error, int status);
  void refuse_later(const Error& error);
  void send(OpsAnswer answer);
  void write_out(void (OpsConnection::*then)());
  void on_sent();
  void discard();
  void next_event();
  void await_leaving();

  boost::beast::tcp_stream stream_;
  boost::asio::steady_timer timer_;
  Plane& plane_;
  std::string local_;
  std::string remote_;
  boost::beast::flat_buffer buffer_;
  std::optional<boost::beast::http::request_parser<boost::beast::http::string_body>> parser_;
  OpsRequest asked_;  // a worker reads it while stage_ is work
  Stage stage_ = Stage::request;
  bool whole_ = false;         // the request has been read to its end
  std::size_t discarded_ = 0;  // bytes read after the answer
  std::string out_;
  std::optional<EventFeed::WatcherId> watcher_;
  int quiet_checks_ = 0;
};

}  // namespace serai::ops
