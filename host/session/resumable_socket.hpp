// ResumableSocket: a socket of one session that outlives its connections. It numbers the messages
// to the client and keeps the latest in a ResumeBuffer. Each connection has a ResumeLink, which
// passes its messages on. While there is no connection, the session is parked: its streams, follows
// and status stay, its requests run on, and messages for it are only buffered.
//
// Order   messages get their numbers in the order in which the session sends them, answers and
//         events alike, and are sent in that order. After a resume those that the client has missed
//         come first. A connection is given more only while it is not slow, so a long rest does not
//         overfill its queue.
// Tokens  each connection gets a new token. The token before it stays valid until the client has
//         sent a message on the new connection, because the greeting with the new one may be lost.
// Ends    by a close of the client or of the host, when it was parked for too long, or when a
//         message was dropped that the client can not have. While parked, such a session stays
//         until its time is over or until the client comes back and is refused.
// Units   milliseconds of the steady clock.
// Thread  the shard's.
// Owner   ShardResumes. It owns the SocketSession, to which it is the ClientSocket; connections are
//         borrowed from attach() until their link reports the end.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "ports/net.hpp"
#include "session/part_context.hpp"
#include "session/resume_buffer.hpp"
#include "session/resume_state.hpp"

namespace serai::session {

class ResumeLink;
class ShardResumes;

class ResumableSocket final : public ClientSocket {
 public:
  ResumableSocket(ShardResumes& all,
                  std::uint64_t serial,
                  std::unique_ptr<SocketSession> session,
                  Presence presence,
                  SocketFormat format,
                  ResumeRefusal refusal);
  ~ResumableSocket() override;
  ResumableSocket(const ResumableSocket&) = delete;
  ResumableSocket& operator=(const ResumableSocket&) = delete;

  // ClientSocket, for the session.
  void send(std::string message) override;
  void send_shared(std::shared_ptr<const std::string> message) override;
  void close(std::string_view reason) override;
  void drop() override;
  SocketFormat format() const override { return format_; }
  bool is_slow() override;
  void read_on() override;
  bool park() override;
  bool is_parked() const override { return state_ == ResumeState::parked; }

  // For ShardResumes. `last` is the number of the last message that the client has.
  const Presence& presence() const { return presence_; }
  ResumeState state() const { return state_; }
  bool has_connection() const { return connection_ != nullptr; }
  // Whether the session can go on after `last`.
  ResumeRefusal check(std::optional<std::uint64_t> last) const;
  // Attaches a connection that this token opened; nil: the first connection. The session goes on
  // with the message after `last`. A former connection is dropped.
  void attach(ResumeLink& link, ClientSocket& connection, const Uuid& token, std::uint64_t last);
  // Drops messages that are too old, and sets the timer for the next.
  void expire_messages();
  // Ends the session: `why` is remembered for its tokens, `reason` is sent to the client. The
  // session is destroyed later: when its connection has closed, or in the next turn.
  void finish(ResumeRefusal why, std::string_view reason);
  void end_session() { session_->on_closed(SocketEnd::by_host); }

  // For the link of the connection.
  bool is_linked_to(const ResumeLink& link) const { return link_ == &link; }
  void on_message(std::string_view message);
  void on_frame() { session_->on_frame(); }
  bool takes_more() const { return session_->takes_more(); }
  void on_flushed();
  void on_shutdown(std::string_view reason) { session_->on_shutdown(reason); }
  // May destroy this object.
  void on_connection_closed(SocketEnd how);
  void forget_connection();

 private:
  void move_to(ResumeState next);
  bool may_park() const;
  void begin_parking();
  void greet(bool resumed);
  bool has_unsent() const { return sent_ < buffer_.newest(); }
  void send_unsent();
  void check_dropped(ResumeBound bound);
  void set_expiry_timer();
  void renew_token(const Uuid& used);
  void retire(const Uuid& token, ResumeRefusal why);
  std::int64_t now_ms() const;

  ShardResumes& all_;
  const std::uint64_t serial_;
  std::unique_ptr<SocketSession> session_;
  const Presence presence_;
  const SocketFormat format_;
  const ResumeRefusal refusal_;  // for the first greeting
  ResumeBuffer buffer_;
  ResumeState state_ = ResumeState::unopened;
  ResumeLink* link_ = nullptr;          // of the connection; null: none
  ClientSocket* connection_ = nullptr;  // null: none
  std::uint64_t sent_ = 0;              // the last message that a connection was given
  std::uint64_t received_ = 0;          // messages of the client
  Uuid token_;                          // of the latest greeting
  Uuid former_token_;                   // valid until the client has the latest; nil: none
  bool confirmed_ = false;              // the client has sent a message since the latest greeting
  bool overflowed_ = false;             // messages that no connection was given were dropped
  bool expiry_is_set_ = false;
  runtime::TimerId parked_timer_ = 0;  // of the end of the parking
};

}  // namespace serai::session
