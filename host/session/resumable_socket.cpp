#include "session/resumable_socket.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "session/shard_resumes.hpp"

namespace serai::session {
namespace {

constexpr std::string_view kQueueFull = "session outgoing queue full";

}  // namespace

ResumableSocket::ResumableSocket(ShardResumes& all,
                                 std::uint64_t serial,
                                 std::unique_ptr<SocketSession> session,
                                 Presence presence,
                                 SocketFormat format,
                                 ResumeRefusal refusal)
    : all_(all),
      serial_(serial),
      session_(std::move(session)),
      presence_(std::move(presence)),
      format_(format),
      refusal_(refusal),
      buffer_(all.context().resume.bounds, all.context().resume.memory) {}

// A parked session is destroyed only with the whole host. Its place among the sockets is given
// back.
ResumableSocket::~ResumableSocket() {
  if (state_ == ResumeState::parked) all_.unpark(presence_.user_id);
}

std::int64_t ResumableSocket::now_ms() const { return all_.context().clock.steady_us() / 1000; }

void ResumableSocket::move_to(ResumeState next) {
  SERAI_ASSERT(may_follow(state_, next));
  if (state_ == ResumeState::parked) {
    all_.context().shard.cancel(parked_timer_);
    all_.unpark(presence_.user_id);
  }
  state_ = next;
}

// ---- the messages to the client

void ResumableSocket::send(std::string message) {
  send_shared(std::make_shared<const std::string>(std::move(message)));
}

// A message that can be sent at once is sent even when it is too large for the buffer.
void ResumableSocket::send_shared(std::shared_ptr<const std::string> message) {
  if (state_ == ResumeState::ended || overflowed_) return;
  if (connection_ != nullptr && !has_unsent()) {
    sent_ = buffer_.newest() + 1;
    connection_->send(all_.context().codec.numbered(*message, sent_, format_));
  }
  check_dropped(buffer_.put(std::move(message), now_ms()));
  set_expiry_timer();
}

void ResumableSocket::send_unsent() {
  while (connection_ != nullptr && has_unsent() && !connection_->is_slow()) {
    ++sent_;
    connection_->send(all_.context().codec.numbered(buffer_.at(sent_), sent_, format_));
  }
}

bool ResumableSocket::is_slow() {
  return connection_ != nullptr && (has_unsent() || connection_->is_slow());
}

void ResumableSocket::on_flushed() {
  send_unsent();
  if (!has_unsent()) session_->on_flushed();
}

// A dropped message is lost for the client when no connection was given it.
void ResumableSocket::check_dropped(ResumeBound bound) {
  if (bound == ResumeBound::none || buffer_.oldest() <= sent_ + 1) return;
  all_.context().metrics.overflows(bound).add();
  if (state_ == ResumeState::attached) return finish(ResumeRefusal::missed, kQueueFull);
  overflowed_ = true;
  buffer_.clear();
}

void ResumableSocket::expire_messages() {
  expiry_is_set_ = false;
  check_dropped(buffer_.expire(now_ms()));
  set_expiry_timer();
}

// Messages stay a little longer than they may, so that a timer drops many of them.
void ResumableSocket::set_expiry_timer() {
  if (expiry_is_set_ || buffer_.empty()) return;
  expiry_is_set_ = true;
  const std::int64_t least_ms = all_.context().resume.bounds.age_max_ms / 8 + 1;
  all_.context().shard.after(std::max(least_ms, buffer_.expires_ms() - now_ms()),
                             [&all = all_, serial = serial_] {
                               if (ResumableSocket* self = all.find(serial)) {
                                 self->expire_messages();
                               }
                             });
}

// ---- connections

ResumeRefusal ResumableSocket::check(std::optional<std::uint64_t> last) const {
  if (overflowed_) return ResumeRefusal::missed;
  if (!last || *last > buffer_.newest()) return ResumeRefusal::wrong_number;
  return *last + 1 < buffer_.oldest() ? ResumeRefusal::missed : ResumeRefusal::none;
}

void ResumableSocket::attach(ResumeLink& link,
                             ClientSocket& connection,
                             const Uuid& token,
                             std::uint64_t last) {
  const bool is_first = state_ == ResumeState::unopened;
  if (ClientSocket* former = std::exchange(connection_, nullptr)) former->drop();
  if (state_ != ResumeState::attached) move_to(ResumeState::attached);
  link_ = &link;
  connection_ = &connection;
  renew_token(token);
  greet(!is_first);
  if (is_first) return session_->on_open(*this);
  buffer_.drop_until(last);
  sent_ = last;
  on_flushed();
}

void ResumableSocket::greet(bool resumed) {
  ResumeGreeting greeting;
  greeting.token = all_.token_text(token_);
  greeting.keep_ms = all_.keep_ms();
  greeting.resumed = resumed;
  greeting.received = received_;
  if (!resumed) greeting.refusal = refusal_;
  connection_->send(all_.context().codec.greeting(greeting, format_));
  if (resumed) all_.context().metrics.resumes(ResumeRefusal::none).add();
}

void ResumableSocket::renew_token(const Uuid& used) {
  if (!former_token_.is_nil() && used == former_token_) {
    retire(token_, ResumeRefusal::used);  // the client never got it
  } else if (!used.is_nil()) {
    retire(std::exchange(former_token_, token_), ResumeRefusal::used);
  }
  token_ = all_.issue_token(serial_);
  confirmed_ = false;
}

void ResumableSocket::retire(const Uuid& token, ResumeRefusal why) {
  if (!token.is_nil()) all_.retire_token(token, why);
}

void ResumableSocket::on_message(std::string_view message) {
  ++received_;
  if (!std::exchange(confirmed_, true)) {
    retire(std::exchange(former_token_, Uuid{}), ResumeRefusal::used);
  }
  session_->on_message(message);
}

void ResumableSocket::read_on() {
  if (connection_ != nullptr) connection_->read_on();
}

void ResumableSocket::drop() {
  if (connection_ != nullptr) connection_->drop();
}

void ResumableSocket::forget_connection() {
  link_ = nullptr;
  connection_ = nullptr;
}

// ---- the end of a connection

bool ResumableSocket::may_park() const {
  return state_ == ResumeState::attached && all_.keep_ms() != 0;
}

bool ResumableSocket::park() {
  if (!may_park() || !all_.park(presence_.user_id)) return false;
  ClientSocket& connection = *connection_;
  forget_connection();
  connection.drop();
  begin_parking();
  return true;
}

void ResumableSocket::on_connection_closed(SocketEnd how) {
  forget_connection();
  if (how == SocketEnd::lost && may_park() && all_.park(presence_.user_id)) return begin_parking();
  if (state_ != ResumeState::ended) finish(ResumeRefusal::ended, {});
  all_.destroy(serial_);
}

void ResumableSocket::begin_parking() {
  move_to(ResumeState::parked);
  parked_timer_ = all_.context().shard.after(all_.keep_ms(), [&all = all_, serial = serial_] {
    if (ResumableSocket* self = all.find(serial)) self->finish(ResumeRefusal::expired, {});
  });
  session_->on_flushed();  // what waited because the client was slow is buffered here from now on
}

void ResumableSocket::close(std::string_view reason) { finish(ResumeRefusal::ended, reason); }

void ResumableSocket::finish(ResumeRefusal why, std::string_view reason) {
  if (state_ == ResumeState::ended) return;
  retire(token_, why);
  retire(former_token_, why);
  move_to(ResumeState::ended);
  buffer_.clear();
  sent_ = buffer_.newest();
  if (connection_ != nullptr) return connection_->close(reason);
  all_.context().shard.post([&all = all_, serial = serial_] { all.destroy(serial); });
}

}  // namespace serai::session
