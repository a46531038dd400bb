// OneConnection: a client connection of the host without a listener and without threads: the test
// puts bytes in piece by piece, and gets the host's answers. EchoHost is the host's side, which any
// number of connections may use one after the other.
//
// HTTP    every request is answered with its parsed form, including its unpacked body.
// Socket  token=ok is accepted; messages are echoed.
// Time    stands still, so that no deadline changes an answer.
#pragma once

#include <boost/intrusive/list.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "net/hub.hpp"
#include "unit/net/pieces.hpp"

namespace serai::testing {

class EchoHost final : public HttpHandler, public SocketHandler {
 public:
  EchoHost();

  net::ConnectionPtr connect(int descriptor);
  void run(UniqueFunction<void()> work);  // until nothing is left to do

  void handle(HttpRequest request, UniqueFunction<void(HttpResponse)> answer) override;
  std::variant<std::unique_ptr<SocketSession>, SocketRefusal> accept(const HttpRequest& request,
                                                                     SocketFormat& format) override;

 private:
  ManualClock clock_;
  runtime::Shard shard_{0, clock_};
  net::Admission admission_{1, 0};
  net::HeldBytes held_{net::HeldLimits{}, no_metrics()};
  net::ListenerOptions options_;
  net::Hub hub_;
  boost::intrusive::list<net::Connection, boost::intrusive::constant_time_size<false>> list_;
};

class OneConnection {
 public:
  explicit OneConnection(EchoHost& host);
  ~OneConnection();
  OneConnection(const OneConnection&) = delete;
  OneConnection& operator=(const OneConnection&) = delete;

  // False: the host has closed the connection before it.
  bool put(std::string_view piece);
  // All bytes that the host has sent, without "100 Continue", which is sent or not depending on how
  // much of the body is there already.
  std::string answers() const;
  bool is_closed() const { return closed_; }

 private:
  void turn(net::Ready ready);
  bool read_answers();

  EchoHost& host_;
  net::ConnectionPtr connection_;
  int peer_ = -1;
  bool closed_ = false;
  std::string answers_;
};

// A new connection's answers to these pieces, and whether it is open afterwards.
std::string answers_to(const Pieces& pieces);

}  // namespace serai::testing
