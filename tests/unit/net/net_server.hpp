// NetServer: a Listener on a free port over shards with running threads, and handlers that tests
// steer.
//
// HTTP    /echo the body; /late answers at release(); /never does not; /size/N a body of N letters;
//         with ?owner=K it is K's;
//         /header/NAME the header's value; /peer the client's address.
// Socket  token=ok lets in, and shard=N moves the connection to that shard. "burst N" sends N
//         messages, "big N" one of N letters, "close WHY" closes; "shard" is answered by the index
//         of the shard; "late" is answered at release(), after "hold" no socket is read until
//         read_on(), anything else is echoed.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "net/listener.hpp"
#include "support/recorded_metrics.hpp"

namespace serai::testing {

// A count that tests can wait for.
class Tally {
 public:
  void add();
  std::uint64_t value() const;
  bool reaches(std::uint64_t wanted) const;  // waits up to 10 s

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::uint64_t value_ = 0;
};

class NetServer final : public runtime::Shards, public HttpHandler, public SocketHandler {
 public:
  explicit NetServer(net::ListenerOptions options = quick(), std::uint32_t shard_count = 1);
  ~NetServer() override;
  NetServer(const NetServer&) = delete;
  NetServer& operator=(const NetServer&) = delete;

  // Limits as in the product, a fast sweep, a free port of the loopback.
  static net::ListenerOptions quick();

  std::uint16_t port() const { return endpoint_.port; }
  net::Listener& listener() { return *listener_; }
  void release();  // answers what is late, in order
  void push_to_all(const std::string& message);
  void read_on();                                    // no sender is held any more
  bool is_slow();                                    // the first socket
  bool all_closed() const;                           // waits until no connection is open
  void on_shard(const std::function<void()>& work);  // runs on shard 0, waits for it

  RecordedMetrics metrics;
  // As the listener last reported them, four times a second.
  double held_bytes() { return metrics.gauges["serai_net_held_bytes"].value; }
  Tally requests, opened, closed, messages, frames, flushes;
  std::array<Tally, 3> ends;               // of sockets, by SocketEnd
  std::atomic<bool> holds_senders{false};  // sockets are not read

  std::uint32_t count() const override { return static_cast<std::uint32_t>(shards_.size()); }
  runtime::Shard& at(std::uint32_t index) override { return *shards_.at(index); }

  void handle(HttpRequest request, UniqueFunction<void(HttpResponse)> answer) override;
  std::variant<std::unique_ptr<SocketSession>, SocketRefusal> accept(const HttpRequest& request,
                                                                     SocketFormat& format) override;
  std::optional<std::uint32_t> shard_for(const HttpRequest& request) override;

 private:
  class Session;
  bool is_open(const ClientSocket* socket);

  SystemClock clock_;
  std::vector<std::unique_ptr<runtime::Shard>> shards_;
  std::unique_ptr<net::Listener> listener_;
  net::Endpoint endpoint_;
  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::vector<UniqueFunction<void(HttpResponse)>> late_;  // one-shard tests only, sockets' too
  std::vector<ClientSocket*> sockets_;                    // one-shard tests only
};

}  // namespace serai::testing
