// OneConnection: a client connection of the host without a listener and without threads: bytes go
// in piece by piece, and what the host answers comes out.
//
// HTTP    every request is answered with what was understood of it, its unpacked body included.
// Socket  token=ok lets in; messages are echoed.
// Time    stands still, so that no deadline decides what is answered.
#pragma once

#include <boost/intrusive/list.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "net/hub.hpp"
#include "unit/net/pieces.hpp"

namespace serai::testing {

class OneConnection final : public HttpHandler, public SocketHandler {
 public:
  OneConnection();
  ~OneConnection() override;

  // False: the host closed before it.
  bool put(std::string_view piece);
  // All that the host has sent, without "100 Continue": whether it asks for more depends on what it
  // has already.
  std::string answers() const;
  bool is_closed() const { return closed_; }

  void handle(HttpRequest request, UniqueFunction<void(HttpResponse)> answer) override;
  std::variant<std::unique_ptr<SocketSession>, SocketRefusal> accept(const HttpRequest& request,
                                                                     SocketFormat& format) override;

 private:
  void turn(net::Ready ready);
  bool read_answers();

  ManualClock clock_;
  runtime::Shard shard_{0, clock_};
  net::Admission admission_{1, 0};
  net::HeldBytes held_{net::HeldLimits{}, no_metrics()};
  net::ListenerOptions options_;
  std::unique_ptr<net::Hub> hub_;
  boost::intrusive::list<net::Connection, boost::intrusive::constant_time_size<false>> list_;
  net::ConnectionPtr connection_;
  int peer_ = -1;
  bool closed_ = false;
  std::string answers_;
};

// What a new connection says to these pieces, and whether it is open then.
std::string answers_to(const Pieces& pieces);

}  // namespace serai::testing
