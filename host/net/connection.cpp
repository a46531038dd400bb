#include "net/connection.hpp"

#include <utility>

#include "base/assert.hpp"
#include "base/keyed_hash.hpp"
#include "net/handed_over.hpp"
#include "net/hub.hpp"

namespace serai::net {
namespace {

constexpr std::chrono::milliseconds kLingerLimit{1000};
constexpr std::size_t kSmallOutputBytes = std::size_t{64} * 1024;
constexpr std::size_t kSmallInputBytes = std::size_t{8} * 1024;  // a header or a message
constexpr int kReadsPerTurn = 4;                    // after them other connections are served
constexpr std::size_t kIdleInputCapacityMax = 256;  // bytes; a larger in_ is freed when it is empty

}  // namespace

struct Connection::Move {
  std::uint32_t shard = 0;
  HttpRequest request;
  RequestTraits traits;
};

Connection::Connection(Hub& hub, Transport transport, Peer peer)
    : hub_(&hub),
      transport_(std::move(transport)),
      owner_(keyed_hash(peer.ip)),
      peer_(std::move(peer)) {}

Connection::~Connection() = default;

void Connection::start(std::unique_ptr<Phase> phase) {
  phase_ = std::move(phase);
  if (!transport_.is_open() || !hub_->readiness().add(transport_.descriptor(), *this)) {
    drop();
    return;
  }
  phase_->on_start();
}

void Connection::begin_with(std::string input) {
  if (state_ != State::open) return;
  in_ = std::move(input);
  in_.erase(0, pump(in_));
  count_input();
}

void Connection::hand_over(std::uint32_t shard, HttpRequest request, const RequestTraits& traits) {
  SERAI_ASSERT(!phase_->reading());
  move_ = std::make_unique<Move>(Move{shard, std::move(request), traits});
  clear_deadline();
  schedule();
}

// The other shard counts the connection and its bytes from now on. The phase has no session, so it
// needs no on_gone().
void Connection::move_to_shard() {
  const std::unique_ptr<Move> move = std::move(move_);
  if (!out_.bytes.empty()) return drop();
  hub_->readiness().remove(transport_.descriptor());
  const ConnectionPtr self(this);
  Hub& hub = *hub_;
  HandedOver handed{
      std::move(transport_), peer_, std::move(move->request), move->traits, std::exchange(in_, {})};
  hub.hand_over(move->shard, std::move(handed));
  state_ = State::dead;
  count_held();
  detach(OnGone::skip);
}

std::string& Connection::output() {
  Output& target = blocked_ ? more_ : out_;
  if (target.bytes.capacity() < 64) target.bytes = hub_->take_buffer();
  schedule();
  return target.bytes;
}

void Connection::count_message() { ++(blocked_ ? more_ : out_).messages; }

void Connection::become(std::unique_ptr<Phase> next) {
  SERAI_ASSERT(pumping_);
  next_ = std::move(next);
}

void Connection::set_deadline(std::chrono::milliseconds from_now) {
  deadline_ms_ = hub_->deadline_ms(from_now);
}

void Connection::finish(Linger linger) {
  if (state_ != State::open) return;
  state_ = State::finishing;
  linger_ = linger;
  clear_deadline();
  schedule();
}

void Connection::drop() {
  if (state_ == State::dead) return;
  state_ = State::dead;
  close();
  schedule();  // the phase may be on the stack now, so it is destroyed at the end of the turn
}

void Connection::schedule() {
  if (scheduled_) return;
  scheduled_ = true;
  hub_->at_turn_end(this);
}

void Connection::end_turn() {
  scheduled_ = false;
  if (state_ != State::dead) flush();
  if (state_ == State::open && move_ != nullptr) move_to_shard();
  if (hub_ == nullptr) return;
  count_held();
  if (state_ == State::dead) {
    const ConnectionPtr self(this);
    detach(OnGone::call);
  } else {
    phase_->on_turn_end();
  }
}

void Connection::close() {
  if (!transport_.is_open()) return;
  hub_->readiness().remove(transport_.descriptor());
  transport_.close();
}

void Connection::detach(OnGone on_gone) {
  if (!is_linked()) return;
  state_ = State::dead;
  close();
  if (phase_ && on_gone == OnGone::call) phase_->on_gone();
  phase_.reset();
  unlink();
  std::exchange(hub_, nullptr)->left(*this);
}

void Connection::sweep(std::int64_t now_ms) {
  if (state_ == State::dead) return;
  if (write_deadline_ms_ != 0 && now_ms > write_deadline_ms_) {
    // The kernel reports room only when a third of its send buffer is free, and that may be
    // megabytes. A peer that has read as much as it must in the meantime is not gone.
    if (made_write_progress()) {
      restart_write_deadline();
    } else {
      drop();
    }
  } else if (deadline_ms_ != 0 && now_ms > deadline_ms_) {
    clear_deadline();
    if (state_ == State::open) {
      phase_->on_deadline();
    } else {
      drop();
    }
  }
}

// ---- input

bool Connection::wants_input() const {
  if (state_ == State::open) return phase_->reading();
  return state_ == State::lingering;
}

void Connection::on_ready(Ready ready) {
  if (state_ == State::dead) return;
  ending_ = ending_ || ready.ending;
  // A TLS read may have waited until the socket could be written.
  readable_ = readable_ || ready.input || transport_.is_tls();
  if (ready.output && std::exchange(blocked_, false)) {
    flush();
    count_held();
  }
  read_all();
}

// Reads while the phase takes input. Unread input stays in the kernel, and readable_ stays set.
void Connection::read_all() {
  const std::span<char> buffer = hub_->read_buffer();
  for (int reads = 0; readable_ && wants_input(); ++reads) {
    if (reads == kReadsPerTurn) {
      read_later();
      return;
    }
    const IoResult got = transport_.read(buffer);
    if (got.status == IoStatus::again) {
      readable_ = false;
      return;
    }
    if (got.status == IoStatus::closed) {
      end_input();
      return;
    }
    hub_->counts().received_bytes += got.bytes;
    if (state_ == State::open) feed(buffer.first(got.bytes));
    // A read of fewer bytes than the buffer has means that the kernel has no more input now. It
    // will report further input. The end of the stream is reported only once, so reading goes on
    // when the end has been reported.
    if (got.bytes < buffer.size() && !transport_.is_tls() && !ending_) readable_ = false;
  }
}

void Connection::end_input() {
  if (state_ == State::lingering) {
    drop();
  } else {
    phase_->on_end();
  }
}

void Connection::read_later() {
  if (std::exchange(read_later_, true)) return;
  hub_->shard().post([self = ConnectionPtr(this)] {
    self->read_later_ = false;
    if (self->hub_ != nullptr && self->state_ != State::dead) self->read_all();
  });
}

void Connection::feed(std::span<char> data) {
  if (in_.empty()) {
    const std::size_t used = pump(data);
    if (used < data.size()) in_.assign(data.data() + used, data.size() - used);
  } else {
    in_.append(data.data(), data.size());
    in_.erase(0, pump(in_));
    if (in_.empty() && in_.capacity() > kIdleInputCapacityMax) std::string().swap(in_);
  }
  count_input();
}

// Counts the incomplete input for its owner. Small input is always allowed, because the number of
// connections bounds it.
void Connection::count_input() {
  if (state_ != State::open) return;
  const std::size_t before = std::exchange(held_input_, in_.size() + phase_->held_bytes());
  if (held_input_ == before) return;
  if (held_input_ > kSmallInputBytes && held_input_ > before) {
    if (const auto admitted = hub_->held().admit(owner_, held_input_ - before); !admitted) {
      phase_->on_overfull(admitted.error());
    }
  }
  count_held();
}

std::size_t Connection::pump(std::span<char> data) {
  pumping_ = true;
  std::size_t used = phase_->consume(data);
  while (next_ && state_ == State::open) {
    phase_ = std::move(next_);
    phase_->on_start();
    if (phase_->reading()) used += phase_->consume(data.subspan(used));
  }
  pumping_ = false;
  return state_ == State::open ? used : data.size();
}

void Connection::resume() {
  if (pumping_ || state_ != State::open) return;
  if (!in_.empty()) {
    in_.erase(0, pump(in_));
    if (in_.empty() && in_.capacity() > kIdleInputCapacityMax) std::string().swap(in_);
    count_input();
  }
  read_all();
}

// ---- output

void Connection::set_owner(std::uint64_t owner) {
  if (owner == owner_) return;
  const auto counted = static_cast<std::int64_t>(counted_held_);
  if (counted != 0) {
    hub_->held().add(owner_, -counted);
    hub_->held().add(owner, counted);
  }
  owner_ = owner;
}

Result<> Connection::admit(std::uint64_t bytes) const {
  if (!blocked_ && queued_bytes() + bytes <= kSmallOutputBytes) return success();
  return hub_->held().admit(owner_, bytes);
}

void Connection::count_held() {
  if (hub_ == nullptr) return;
  const std::size_t now = state_ == State::dead ? 0 : queued_bytes() + held_input_;
  if (now == counted_held_) return;
  const auto before = static_cast<std::int64_t>(std::exchange(counted_held_, now));
  hub_->held().add(owner_, static_cast<std::int64_t>(now) - before);
}

void Connection::flush() {
  if (blocked_ || state_ == State::dead) return;
  while (!out_.bytes.empty()) {
    if (!write_out()) return;
    hub_->give_buffer(std::exchange(out_.bytes, std::move(more_.bytes)));
    more_.bytes = std::string();
    out_.messages = std::exchange(more_.messages, 0);
    out_sent_ = 0;
  }
  on_flushed();
}

// True when the kernel has all of out_.
bool Connection::write_out() {
  while (out_sent_ < out_.bytes.size()) {
    const IoResult put = transport_.write(std::string_view(out_.bytes).substr(out_sent_));
    if (put.status == IoStatus::closed) {
      drop();
      return false;
    }
    if (put.status == IoStatus::again) {
      if (write_deadline_ms_ == 0 || made_write_progress()) restart_write_deadline();
      blocked_ = true;
      return false;
    }
    hub_->counts().sent_bytes += put.bytes;
    out_sent_ += put.bytes;
  }
  write_deadline_ms_ = 0;
  return true;
}

// The bytes of out_ that the peer has acknowledged. It is negative while bytes before out_ are not.
std::int64_t Connection::acknowledged_output() const {
  return static_cast<std::int64_t>(out_sent_) -
         static_cast<std::int64_t>(transport_.unacknowledged());
}

bool Connection::made_write_progress() const {
  return std::cmp_greater_equal(acknowledged_output() - deadline_acknowledged_,
                                phase_->write_progress());
}

void Connection::restart_write_deadline() {
  write_deadline_ms_ = hub_->deadline_ms(phase_->write_limit());
  deadline_acknowledged_ = acknowledged_output();
}

void Connection::on_flushed() {
  if (state_ == State::open) {
    phase_->on_flushed();
    return;
  }
  if (state_ != State::finishing) return;
  transport_.end_sending();
  if (linger_ == Linger::no) {
    drop();
    return;
  }
  state_ = State::lingering;
  set_deadline(kLingerLimit);
  read_all();
}

}  // namespace serai::net
