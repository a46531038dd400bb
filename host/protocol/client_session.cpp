#include "protocol/client_session.hpp"

#include "base/trace_id.hpp"
#include "base/utf8.hpp"
#include "protocol/rpc_scan.hpp"
#include "protocol/socket_requests.hpp"
#include "protocol/validate.hpp"

namespace serai::protocol {
namespace {

constexpr int kOk = -1;  // in metrics and logs; the error codes of the protocol begin at 0
constexpr std::size_t kReasonBytesMax = 120;  // a close frame has room for 123 (RFC 6455, 5.5)

std::string_view shortened(std::string_view reason) { return utf8_front(reason, kReasonBytesMax); }

std::string_view name_of(const realtime::Envelope& envelope) {
  const auto* field = realtime::Envelope::descriptor()->FindFieldByNumber(envelope.message_case());
  return field == nullptr ? std::string_view("empty") : std::string_view(field->name());
}

}  // namespace

ClientSession::ClientSession(SocketCore& core, Presence presence, SocketOpening opening)
    : core_(core),
      presence_(std::move(presence)),
      serial_(core.next_serial++),
      opening_(std::move(opening)) {}

ClientSession::~ClientSession() {
  core_.open.erase(serial_);
  give_place_back();
}

void ClientSession::give_place_back() {
  if (std::exchange(has_place_, false)) ports().sessions.drop_socket(presence_.user_id);
}

void ClientSession::on_open(ClientSocket& socket) {
  socket_ = &socket;
  core_.open.emplace(serial_, this);
  ports().log.debug(
      "socket.opened",
      {{"session_id", presence_.session_id.text()}, {"player_id", presence_.user_id.text()}});
  ports().sessions.opened(presence_, socket, opening_);
}

void ClientSession::on_closed(SocketEnd /*end*/) {
  closing_ = true;
  core_.open.erase(serial_);
  ports().sessions.closed(presence_.session_id);
  give_place_back();
  ports().log.debug(
      "socket.closed",
      {{"session_id", presence_.session_id.text()}, {"player_id", presence_.user_id.text()}});
  socket_ = nullptr;
}

void ClientSession::on_message(std::string_view message) {
  if (closing_) return;
  const std::int64_t now_us = ports().clock.steady_us();
  const RequestRefusal refusal =
      within_limit(now_us) ? RequestRefusal::none : RequestRefusal::flood;
  if (closing_) return;
  if (!busy_) {
    start(message, refusal, now_us);
    return run_waiting();
  }
  if (waiting_.size() >= core_.options.waiting_requests_max) {
    return close("session incoming queue full");
  }
  waiting_.push({std::string(message), refusal});
}

void ClientSession::on_frame() {
  if (!closing_) within_limit(ports().clock.steady_us());
}

void ClientSession::on_shutdown(std::string_view reason) {
  ending_ = std::string(reason);
  end_when_answered();
}

// Closes the socket when no request is without an answer. Requests wait only while another one runs
// (`busy_`), so the check of `busy_` covers them too.
void ClientSession::end_when_answered() {
  if (!ending_ || busy_ || closing_) return;
  closing_ = true;
  socket_->close(shortened(*ending_));
}

bool ClientSession::within_limit(std::int64_t now_us) {
  const FloodGuard::Verdict verdict = flood_.take(core_.options, now_us);
  if (verdict == FloodGuard::Verdict::flood) refuse_flood();
  return verdict == FloodGuard::Verdict::within;
}

std::string ClientSession::flood_text() const {
  const auto rate = static_cast<std::int64_t>(core_.options.per_socket.per_second);
  return "Too many requests, the limit is " + std::to_string(rate) +
         " a second: send fewer (socket.max_messages_per_socket_sec)";
}

// The error is sent at once, ahead of answers that are still due. The socket is closed after it, so
// later answers would not be sent.
void ClientSession::refuse_flood() {
  realtime::Envelope envelope;
  envelope.mutable_error()->set_code(realtime::Error::BAD_INPUT);
  envelope.mutable_error()->set_message(flood_text());
  socket_->send(core_.codec.encode(envelope, format()));
  close("too many requests");
}

void ClientSession::start(std::string_view message, RequestRefusal refusal, std::int64_t now_us) {
  busy_ = true;
  running_ = true;
  request_.started_us = now_us;
  request_.trace_id = Uuid::make_random();
  read_and_run(message, refusal);
  running_ = false;
}

void ClientSession::read_and_run(std::string_view message, RequestRefusal refusal) {
  if (format() == SocketFormat::json && refusal == RequestRefusal::none) {
    if (auto rpc = scan_rpc(message)) {
      request_.cid = std::move(rpc->cid);
      request_.name = "rpc";
      return run_rpc(*this, std::move(rpc->id), std::move(rpc->payload));
    }
  }
  auto scratch = core_.take_scratch();
  auto& envelope = *google::protobuf::Arena::CreateMessage<realtime::Envelope>(&scratch->arena);
  const auto decoded = decode_envelope(message, format(), envelope);
  if (!decoded) {
    close("invalid message: " + decoded.error().detail);
  } else {
    request_.cid = envelope.has_match_data_send() ? std::string() : envelope.cid();
    request_.name = name_of(envelope);
    if (refusal == RequestRefusal::none) {
      run_request(*this, envelope);
    } else {
      refuse(refusal, envelope);
    }
  }
  core_.give_back(std::move(scratch));
}

void ClientSession::refuse(RequestRefusal refusal, const realtime::Envelope& envelope) {
  if (refusal == RequestRefusal::flood) {
    return answer_error(realtime::Error::BAD_INPUT, flood_text());
  }
  // An RPC gets the error code that the runtime returns while it stops.
  answer_error(envelope.has_rpc() ? realtime::Error::RUNTIME_FUNCTION_EXCEPTION
                                  : realtime::Error::RUNTIME_EXCEPTION,
               kShuttingDown);
}

// Runs the waiting requests until one of them is not answered at once. While the host stops, they
// are refused instead.
void ClientSession::run_waiting() {
  while (!busy_ && !closing_ && waiting_.size() != 0) {
    const WaitingRequest next = waiting_.pop();
    start(
        next.message, ending_ ? RequestRefusal::shutdown : next.refusal, ports().clock.steady_us());
  }
  waiting_.compact();
  end_when_answered();
}

void ClientSession::finish(int code) {
  core_.requests.count(request_.name, code);
  log_answer(code);
  busy_ = false;
  const bool stopped_reading = std::exchange(reads_no_more_, false);
  if (!running_) run_waiting();
  if (stopped_reading && !closing_) socket_->read_on();
}

void ClientSession::log_answer(int code) const {
  if (!core_.ports.log.enabled(LogLevel::debug)) return;
  core_.ports.log.debug("socket.answered",
                        {{"request", request_.name},
                         {"code", code},
                         {"player_id", presence_.user_id.text()},
                         {"session_id", presence_.session_id.text()},
                         {"trace_id", trace_text(request_.trace_id)},
                         {"duration_ms", static_cast<double>(took_us()) / 1e3}});
}

void ClientSession::answer(realtime::Envelope& envelope) {
  envelope.set_cid(request_.cid);
  answer_text(core_.codec.encode(envelope, format()));
}

void ClientSession::answer_text(std::string message) {
  if (!closing_) socket_->send(std::move(message));
  finish(kOk);
}

void ClientSession::answer_nothing() {
  realtime::Envelope envelope;
  answer(envelope);
}

void ClientSession::answer_silently() { finish(kOk); }

void ClientSession::answer_error(realtime::Error::Code code, std::string_view message) {
  realtime::Envelope envelope;
  envelope.set_cid(request_.cid);
  envelope.mutable_error()->set_code(code);
  envelope.mutable_error()->set_message(std::string(message));
  if (!closing_) socket_->send(core_.codec.encode(envelope, format()));
  finish(code);
}

void ClientSession::answer_error_and_close(realtime::Error::Code code, std::string_view message) {
  answer_error(code, message);
  close(message);
}

void ClientSession::close(std::string_view reason) {
  if (closing_) return;
  closing_ = true;
  waiting_.clear();
  ports().log.debug("socket.refused",
                    {{"session_id", presence_.session_id.text()},
                     {"player_id", presence_.user_id.text()},
                     {"reason", reason}});
  socket_->close(shortened(reason));
}

}  // namespace serai::protocol
