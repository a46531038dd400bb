// Hub: the parts that the connections of one shard share: the acceptor, the list, the read buffer,
// spare write buffers, the coarse clock with its sweep of deadlines, and counters.
//
// Units   now_ms(): milliseconds of the steady clock, as of the last sweep.
// Thread  the shard's, except for construction and destruction.
// Owner   the Listener. The hub has one reference to each connection in its list.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/intrusive/list.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "net/admission.hpp"
#include "net/connection.hpp"
#include "net/held_bytes.hpp"
#include "net/listener.hpp"
#include "net/options.hpp"
#include "net/readiness.hpp"
#include "net/response_head.hpp"

namespace serai::net {

// Counters without atomics. They are added to Metrics once per sweep.
struct HubCounts {
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;
  std::uint64_t timeouts = 0;
  std::uint64_t requests = 0;
  std::uint64_t messages_received = 0;
  std::uint64_t messages_sent = 0;
  std::uint64_t received_bytes = 0;
  std::uint64_t sent_bytes = 0;
};

class Hub;
struct HandedOver;

struct HubSetup {
  runtime::Shard& shard;
  const ListenerOptions& options;
  ShardHandlers handlers;
  Admission& admission;
  HeldBytes& held;
  ssl_ctx_st* tls = nullptr;
  Log log;
  Metrics& metrics;
  // The hubs of all shards, complete before the first connection; null: connections stay.
  const std::vector<std::unique_ptr<Hub>>* hubs = nullptr;
};

class Hub {
 public:
  explicit Hub(const HubSetup& setup);
  ~Hub();
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  void accept_on(int listening_descriptor, bool is_v6);  // takes ownership of the descriptor
  void stop_accepting();
  // See Listener::close_all().
  void close_all(std::string_view reason);

  // For connections and phases.
  runtime::Shard& shard() { return setup_.shard; }
  Readiness& readiness() { return readiness_; }
  ssl_ctx_st* tls() { return setup_.tls; }
  const ListenerOptions& options() const { return setup_.options; }
  ShardHandlers& handlers() { return setup_.handlers; }
  const Log& log() const { return setup_.log; }
  Admission& admission() { return setup_.admission; }
  HeldBytes& held() { return setup_.held; }
  HubCounts& counts() { return counts_; }
  const ResponseHead& response_head() const { return head_; }
  bool closing() const { return closing_; }
  std::int64_t now_ms() const { return now_ms_; }
  // The deadline for now_ms(). One sweep is added, because the clock is coarse and a deadline must
  // not end early.
  std::int64_t deadline_ms(std::chrono::milliseconds from_now) const;
  std::span<char> read_buffer() { return read_buffer_; }
  // Write buffers: take_buffer() returns an empty one, and give_buffer() makes it available again.
  std::string take_buffer();
  void give_buffer(std::string&& buffer);
  // Calls Connection::end_turn() at the end of this turn.
  void at_turn_end(Connection* connection);
  // Posts a connection to the hub of another shard, which adopts it.
  void hand_over(std::uint32_t shard, HandedOver handed);
  // True when connections can be moved to this shard, which is another one.
  bool reaches(std::uint32_t shard) const;
  // The connection has left the list. Drops the list's reference.
  void left(Connection& connection);

 private:
  using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp,
                                                      boost::asio::io_context::executor_type>;

  void arm_accept();
  void retry_accept();
  void accept_some();
  void admit(int descriptor, Peer peer);
  Connection& add(Transport transport, Peer peer);
  void adopt(HandedOver handed);
  void end_turn();
  void arm_sweep();
  void sweep();
  void refresh_clock();
  void report();

  struct Series;

  HubSetup setup_;
  std::optional<Acceptor> acceptor_;
  Readiness readiness_;
  bool closing_ = false;
  bool sweep_armed_ = false;
  bool turn_scheduled_ = false;
  std::int64_t now_ms_ = 0;
  std::int64_t warned_ms_ = 0;
  std::vector<char> read_buffer_;
  std::vector<std::string> spare_buffers_;
  std::vector<ConnectionPtr> turn_;
  std::vector<ConnectionPtr> turn_spare_;
  boost::intrusive::list<Connection, boost::intrusive::constant_time_size<false>> connections_;
  ResponseHead head_;
  HubCounts counts_;
  HubCounts reported_;
  std::unique_ptr<Series> series_;
};

}  // namespace serai::net
