#include "net/hub.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "net/handed_over.hpp"
#include "net/http_phase.hpp"

namespace serai::net {
namespace {

using boost::asio::ip::tcp;

constexpr std::size_t kReadBufferBytes = std::size_t{64} * 1024;
constexpr std::size_t kSpareBuffersMax = 64;
constexpr std::size_t kSpareBufferBytesMax = std::size_t{64} * 1024;
constexpr std::size_t kNewBufferBytes = 1024;
constexpr int kAcceptsPerTurn = 32;
constexpr std::int64_t kAcceptRetryMs = 50;
constexpr std::int64_t kWarnEveryMs = 5000;

Peer peer_of(const tcp::endpoint& endpoint) {
  auto address = endpoint.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6());
  }
  return {address.to_string(), endpoint.port()};
}

}  // namespace

struct Hub::Series {
  explicit Series(Metrics& metrics)
      : accepted(metrics.counter("serai_net_accepted_total", "Connections accepted.")),
        refused(metrics.counter("serai_net_refused_total",
                                "Connections refused: too many from their address.")),
        timeouts(
            metrics.counter("serai_net_timeouts_total", "Connections and calls that timed out.")),
        requests(metrics.counter("serai_net_http_requests_total", "HTTP requests parsed.")),
        messages_received(
            metrics.counter("serai_net_messages_received_total", "Socket messages in.")),
        messages_sent(metrics.counter("serai_net_messages_sent_total", "Socket messages out.")),
        received_bytes(metrics.counter("serai_net_received_bytes_total", "Bytes read.")),
        sent_bytes(metrics.counter("serai_net_sent_bytes_total", "Bytes written.")),
        connections(metrics.gauge("serai_net_connections", "Open connections, sockets included.")),
        sockets(metrics.gauge("serai_net_sockets", "Open WebSockets.")),
        held(metrics.gauge("serai_net_held_bytes",
                           "Bytes of unread output and of incomplete input.")) {}

  Counter& accepted;
  Counter& refused;
  Counter& timeouts;
  Counter& requests;
  Counter& messages_received;
  Counter& messages_sent;
  Counter& received_bytes;
  Counter& sent_bytes;
  Gauge& connections;
  Gauge& sockets;
  Gauge& held;
};

Hub::Hub(const HubSetup& setup)
    : setup_(setup),
      readiness_(setup.shard.io()),
      read_buffer_(kReadBufferBytes),
      head_(setup.options.response_headers),
      series_(std::make_unique<Series>(setup.metrics)) {
  refresh_clock();
}

Hub::~Hub() {
  while (!connections_.empty()) connections_.front().detach(Connection::OnGone::skip);
}

// ---- accepting

void Hub::accept_on(int listening_descriptor, bool is_v6) {
  acceptor_.emplace(setup_.shard.io(), is_v6 ? tcp::v6() : tcp::v4(), listening_descriptor);
  arm_accept();
  readiness_.start();
}

void Hub::stop_accepting() { acceptor_.reset(); }

void Hub::arm_accept() {
  acceptor_->async_wait(Acceptor::wait_read, [this](const boost::system::error_code& error) {
    if (!error && acceptor_) accept_some();
  });
}

void Hub::retry_accept() {
  setup_.shard.after(kAcceptRetryMs, [this] {
    if (acceptor_) accept_some();
  });
}

void Hub::accept_some() {
  refresh_clock();
  for (int taken = 0; taken < kAcceptsPerTurn; ++taken) {
    if (!setup_.admission.has_room()) {
      retry_accept();
      return;
    }
    tcp::endpoint from;
    auto size = static_cast<socklen_t>(from.capacity());
    const int descriptor =
        ::accept4(acceptor_->native_handle(), from.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor < 0) {
      if (errno == EAGAIN || errno == EWOULDBLOCK) break;
      if (errno == EINTR || errno == ECONNABORTED || errno == EPROTO) continue;
      if (now_ms_ - warned_ms_ > kWarnEveryMs) {
        warned_ms_ = now_ms_;
        log().warn("net.accept_failed", {{"reason", std::system_category().message(errno)}});
      }
      retry_accept();
      return;
    }
    from.resize(size);
    admit(descriptor, peer_of(from));
  }
  arm_accept();
}

void Hub::admit(int descriptor, Peer peer) {
  if (!setup_.admission.enter(peer.ip)) {
    ++counts_.refused;
    static constexpr std::string_view kBusy =
        "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    if (tls() == nullptr) {
      ::send(descriptor, kBusy.data(), kBusy.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    ::close(descriptor);
    return;
  }
  ++counts_.accepted;
  Connection& connection = add(Transport(descriptor, tls()), std::move(peer));
  connection.start(make_http_phase(connection));
}

Connection& Hub::add(Transport transport, Peer peer) {
  auto* connection = new Connection(*this, std::move(transport), std::move(peer));
  connections_.push_back(*connection);
  intrusive_ptr_add_ref(connection);  // the list's reference; left() drops it
  arm_sweep();
  return *connection;
}

bool Hub::reaches(std::uint32_t shard) const {
  return setup_.hubs != nullptr && shard < setup_.hubs->size() && shard != setup_.shard.index();
}

// The address is counted twice for a moment, so that the connection is never uncounted.
void Hub::hand_over(std::uint32_t shard, HandedOver handed) {
  SERAI_ASSERT(reaches(shard));
  setup_.admission.enter_again(handed.peer.ip);
  Hub& other = *setup_.hubs->at(shard);
  other.shard().post(
      [&other, handed = std::move(handed)]() mutable { other.adopt(std::move(handed)); });
}

void Hub::adopt(HandedOver handed) {
  if (closing_) return setup_.admission.leave(handed.peer.ip);
  refresh_clock();
  Connection& connection = add(std::move(handed.transport), std::move(handed.peer));
  connection.start(make_http_phase(connection, std::move(handed.request), handed.traits));
  connection.begin_with(std::move(handed.input));
}

void Hub::left(Connection& connection) {
  setup_.admission.leave(connection.peer().ip);
  intrusive_ptr_release(&connection);
}

void Hub::close_all(std::string_view reason) {
  closing_ = true;
  for (Connection& connection : connections_) {
    if (connection.is_open() && connection.phase() != nullptr) {
      connection.phase()->on_shutdown(reason);
    }
  }
}

// ---- shared by the connections

std::int64_t Hub::deadline_ms(std::chrono::milliseconds from_now) const {
  return now_ms_ + from_now.count() + options().sweep.count();
}

std::string Hub::take_buffer() {
  std::string buffer;
  if (spare_buffers_.empty()) {
    buffer.reserve(kNewBufferBytes);
  } else {
    buffer = std::move(spare_buffers_.back());
    spare_buffers_.pop_back();
  }
  return buffer;
}

void Hub::give_buffer(std::string&& buffer) {
  if (spare_buffers_.size() >= kSpareBuffersMax || buffer.capacity() > kSpareBufferBytesMax) {
    std::string().swap(buffer);
    return;
  }
  buffer.clear();
  spare_buffers_.push_back(std::move(buffer));
}

void Hub::at_turn_end(Connection* connection) {
  turn_.emplace_back(connection);
  if (std::exchange(turn_scheduled_, true)) return;
  setup_.shard.defer([this] { end_turn(); });
}

void Hub::end_turn() {
  turn_scheduled_ = false;
  turn_spare_.swap(turn_);
  for (const ConnectionPtr& connection : turn_spare_) connection->end_turn();
  turn_spare_.clear();
}

// ---- time

void Hub::refresh_clock() {
  const Clock& clock = setup_.shard.clock();
  now_ms_ = clock.steady_us() / 1000;
  head_.set_time(clock.now_ms() / 1000);
}

void Hub::arm_sweep() {
  if (std::exchange(sweep_armed_, true)) return;
  setup_.shard.after(options().sweep.count(), [this] { sweep(); });
}

void Hub::sweep() {
  sweep_armed_ = false;
  refresh_clock();
  for (Connection& connection : connections_) connection.sweep(now_ms_);
  report();
  if (!connections_.empty()) arm_sweep();
}

void Hub::report() {
  const auto pass = [](Counter& counter, std::uint64_t now, std::uint64_t& before) {
    if (now != before) counter.add(static_cast<double>(now - std::exchange(before, now)));
  };
  pass(series_->accepted, counts_.accepted, reported_.accepted);
  pass(series_->refused, counts_.refused, reported_.refused);
  pass(series_->timeouts, counts_.timeouts, reported_.timeouts);
  pass(series_->requests, counts_.requests, reported_.requests);
  pass(series_->messages_received, counts_.messages_received, reported_.messages_received);
  pass(series_->messages_sent, counts_.messages_sent, reported_.messages_sent);
  pass(series_->received_bytes, counts_.received_bytes, reported_.received_bytes);
  pass(series_->sent_bytes, counts_.sent_bytes, reported_.sent_bytes);
  series_->connections.set(static_cast<double>(setup_.admission.open()));
  series_->held.set(static_cast<double>(setup_.held.all()));
  series_->sockets.set(static_cast<double>(setup_.admission.sockets()));
}

}  // namespace serai::net
