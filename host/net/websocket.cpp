#include "net/websocket.hpp"

#include <algorithm>
#include <utility>

#include "base/utf8.hpp"
#include "net/frame.hpp"
#include "net/hub.hpp"

namespace serai::net {
namespace {

constexpr std::size_t kLargeMessageBytes = std::size_t{16} * 1024;

// True when a client that closes with this code does not come back. 0: the frame has no code.
bool is_final(std::uint16_t code) { return code == 0 || code == 1000 || code == 1001; }

class WebSocket final : public Phase, public ClientSocket {
 public:
  WebSocket(Connection& connection, std::unique_ptr<SocketSession> session, SocketFormat format)
      : connection_(connection),
        limits_(connection.hub().options().socket),
        session_(std::move(session)),
        format_(format) {
    connection_.hub().admission().socket_opened();
  }
  WebSocket(const WebSocket&) = delete;
  WebSocket& operator=(const WebSocket&) = delete;
  ~WebSocket() override {
    if (admission_ != nullptr) admission_->socket_closed();
  }

  // Phase
  std::size_t consume(std::span<char> input) override;
  bool reading() const override { return !finished_ && (!ending_ || closing_) && takes_more(); }
  std::chrono::milliseconds write_limit() const override { return limits_.write_wait; }
  // A client that reads slowly is not lost, so each step restarts the write deadline.
  std::size_t write_progress() const override { return limits_.message_bytes_max; }
  std::size_t held_bytes() const override { return fragments_.size(); }
  void on_overfull(const Error& error) override { fail(CloseCode::too_big, error.detail); }
  void on_start() override;
  void on_end() override { finish(); }
  void on_flushed() override;
  void on_deadline() override;
  void on_turn_end() override;
  void on_gone() override { end_session(); }
  void on_shutdown(std::string_view reason) override;

  // ClientSocket
  void send(std::string message) override { queue(message); }
  void send_shared(std::shared_ptr<const std::string> message) override { queue(*message); }
  void close(std::string_view reason) override;
  void drop() override { connection_.drop(); }
  SocketFormat format() const override { return format_; }
  bool is_slow() override;
  void read_on() override { connection_.resume(); }

 private:
  bool takes_more() const { return closing_ || session_ == nullptr || session_->takes_more(); }
  bool half_full() const {
    return connection_.waiting_messages() >= limits_.queue_messages_max / 2;
  }
  bool is_open() const { return !closing_ && !finished_ && connection_.is_open(); }
  void queue(std::string_view message);
  bool make_room();
  void on_frame(const FrameHead& head, std::string_view payload);
  void on_data(const FrameHead& head, std::string_view payload);
  void on_message(std::string_view message, Opcode opcode);
  void on_close(std::string_view payload);
  void fail(CloseCode code, std::string_view reason);
  void finish();
  void push_back_deadlines();
  void arm_deadline();
  void end_session();

  Connection& connection_;
  const SocketLimits& limits_;
  std::unique_ptr<SocketSession> session_;  // null after on_closed()
  Admission* admission_ = &connection_.hub().admission();
  std::string fragments_;
  std::int64_t ping_at_ms_ = 0;
  std::int64_t life_by_ms_ = 0;  // the connection is dropped then, see SocketLimits::pong_wait
  std::uint32_t since_push_back_ = 0;
  Opcode fragment_opcode_ = Opcode::continuation;  // continuation: no fragmented message has begun
  SocketFormat format_;
  SocketEnd end_ = SocketEnd::lost;  // until one side closes
  bool opened_ = false;
  bool was_slow_ = false;  // is_slow() was true, so on_flushed() is due
  bool ending_ = false;    // the host stops, and no message is read any more
  bool closing_ = false;   // our close frame is queued
  bool ack_armed_ = false;
  bool finished_ = false;  // nothing more is read
};

void WebSocket::on_start() {
  push_back_deadlines();
  opened_ = true;
  connection_.set_owner(session_->owner());
  session_->on_open(*this);
}

// ---- input

std::size_t WebSocket::consume(std::span<char> input) {
  std::size_t used = 0;
  while (used < input.size() && !finished_ && takes_more()) {
    FrameHead head;
    const auto rest = input.subspan(used);
    const FrameParse parsed = parse_frame_head(rest, head);
    if (parsed == FrameParse::more) break;
    if (parsed == FrameParse::bad) {
      fail(CloseCode::protocol_error, "bad frame");
      break;
    }
    if (head.payload_bytes + fragments_.size() > limits_.message_bytes_max &&
        !is_control(head.opcode)) {
      fail(CloseCode::too_big, "message too big");
      break;
    }
    const auto size = static_cast<std::size_t>(head.payload_bytes);
    if (rest.size() < head.head_bytes + size) break;
    const auto payload = rest.subspan(head.head_bytes, size);
    unmask(payload, head.mask);
    used += head.head_bytes + size;
    on_frame(head, {payload.data(), payload.size()});
  }
  return finished_ ? input.size() : used;
}

void WebSocket::on_frame(const FrameHead& head, std::string_view payload) {
  switch (head.opcode) {
    case Opcode::close:
      return on_close(payload);
    case Opcode::ping:
      if (is_open()) session_->on_frame();
      if (is_open() && make_room()) {
        append_frame(connection_.output(), Opcode::pong, payload);
        connection_.count_message();  // so that the bound of the queue applies to a flood of pings
      }
      return;
    case Opcode::pong:
      if (is_open()) session_->on_frame();
      life_by_ms_ = connection_.hub().deadline_ms(limits_.pong_wait);
      return arm_deadline();
    default:
      if (is_open()) on_data(head, payload);
  }
}

void WebSocket::on_data(const FrameHead& head, std::string_view payload) {
  const bool continues = head.opcode == Opcode::continuation;
  if (continues != (fragment_opcode_ != Opcode::continuation)) {
    return fail(CloseCode::protocol_error, "bad fragment");
  }
  if (head.is_final && !continues) return on_message(payload, head.opcode);
  if (!head.is_final) session_->on_frame();

  if (!continues) fragment_opcode_ = head.opcode;
  fragments_ += payload;
  if (!head.is_final) return;
  std::string message;
  message.swap(fragments_);
  on_message(message, std::exchange(fragment_opcode_, Opcode::continuation));
}

void WebSocket::on_message(std::string_view message, Opcode opcode) {
  ++connection_.hub().counts().messages_received;
  if (++since_push_back_ >= limits_.ping_backoff_messages) push_back_deadlines();
  const Opcode expected = format_ == SocketFormat::json ? Opcode::text : Opcode::binary;
  if (opcode != expected) return close("received unexpected WebSocket message type");
  if (opcode == Opcode::text && !is_utf8(message)) {
    return fail(CloseCode::bad_payload, "invalid UTF-8");
  }
  session_->on_message(message);
}

void WebSocket::on_close(std::string_view payload) {
  if (!closing_) {
    const auto code = parse_close(payload);
    if (!code) return fail(CloseCode::protocol_error, "bad close frame");
    if (is_final(*code)) end_ = SocketEnd::by_client;
    if (*code == 0) {
      append_frame(connection_.output(), Opcode::close, {});
    } else {
      append_close_frame(connection_.output(), *code, {});
    }
  }
  finish();
}

// Sends a close frame with this code, and does not wait for that of the client, because the stream
// can no longer be read.
void WebSocket::fail(CloseCode code, std::string_view reason) {
  if (!closing_) append_close_frame(connection_.output(), static_cast<std::uint16_t>(code), reason);
  end_ = SocketEnd::by_host;
  finished_ = true;
  connection_.finish(Connection::Linger::yes);
}

void WebSocket::finish() {
  finished_ = true;
  connection_.finish(Connection::Linger::no);
}

// ---- output

void WebSocket::queue(std::string_view message) {
  if (!is_open() || !make_room()) return;
  if (const auto admitted = connection_.admit(message.size()); !admitted) {
    return close(admitted.error().detail);
  }
  append_frame(
      connection_.output(), format_ == SocketFormat::json ? Opcode::text : Opcode::binary, message);
  connection_.count_message();
  if (message.size() > kLargeMessageBytes) connection_.count_held();
  ++connection_.hub().counts().messages_sent;
}

bool WebSocket::is_slow() {
  if (!half_full()) return false;
  connection_.flush();  // many messages in one turn do not make a client slow
  was_slow_ = is_open() && half_full();
  return was_slow_;
}

bool WebSocket::make_room() {
  if (connection_.waiting_messages() < limits_.queue_messages_max) return true;
  connection_.flush();  // many messages in one turn do not make a client slow
  if (connection_.waiting_messages() < limits_.queue_messages_max) return is_open();
  close("session outgoing queue full");
  return false;
}

void WebSocket::close(std::string_view reason) {
  if (!is_open()) return;
  append_close_frame(connection_.output(), static_cast<std::uint16_t>(CloseCode::normal), reason);
  end_ = SocketEnd::by_host;
  closing_ = true;
  connection_.clear_deadline();  // the write deadline applies until the close frame is written
}

// Requests that the session has begun are answered first. No ping is sent meanwhile, because
// nothing is read and a pong would not be seen. A second call of the host ends the wait.
void WebSocket::on_shutdown(std::string_view reason) {
  if (!is_open()) return;
  if (std::exchange(ending_, true)) return close(reason);
  connection_.clear_deadline();
  session_->on_shutdown(reason);
}

void WebSocket::on_flushed() {
  if (std::exchange(was_slow_, false) && session_ != nullptr) session_->on_flushed();
  if (!closing_ || std::exchange(ack_armed_, true)) return;
  connection_.set_deadline(limits_.close_ack_wait);
}

// ---- deadlines and the end

void WebSocket::push_back_deadlines() {
  since_push_back_ = 0;
  ping_at_ms_ = connection_.hub().deadline_ms(limits_.ping_period);
  life_by_ms_ = connection_.hub().deadline_ms(limits_.pong_wait);
  arm_deadline();
}

void WebSocket::arm_deadline() {
  if (is_open()) connection_.set_deadline_at(std::min(ping_at_ms_, life_by_ms_));
}

void WebSocket::on_deadline() {
  const std::int64_t now = connection_.hub().now_ms();
  if (closing_ || now > life_by_ms_) {
    if (!closing_) ++connection_.hub().counts().timeouts;
    connection_.drop();
    return;
  }
  if (make_room()) {
    append_frame(connection_.output(), Opcode::ping, {});
    connection_.count_message();
  }
  ping_at_ms_ = connection_.hub().deadline_ms(limits_.ping_period);
  arm_deadline();
}

void WebSocket::on_turn_end() {
  if (!closing_ && !finished_) return;
  end_session();
  if (ending_) connection_.resume();  // reads the answer to our close frame
}

void WebSocket::end_session() {
  if (admission_ != nullptr) {
    std::exchange(admission_, nullptr)->socket_closed();
  }
  if (!session_) return;
  const std::unique_ptr<SocketSession> session = std::move(session_);
  if (opened_) session->on_closed(end_);
}

}  // namespace

std::unique_ptr<Phase> make_websocket(Connection& connection,
                                      std::unique_ptr<SocketSession> session,
                                      SocketFormat format) {
  return std::make_unique<WebSocket>(connection, std::move(session), format);
}

}  // namespace serai::net
