// Resume: sockets whose sessions outlive their connections. A client that opens its socket with
// `resume=1` gets a token and numbered messages. When its connection breaks, the session is parked
// for some time, and a new connection with the token gets the messages that the client has missed.
// Implemented by host/session; host/protocol/README.md describes it for clients.
//
// Units   keep_ms: milliseconds. Numbers of messages begin at 1.
// Thread  the shard of the session; shard_of(): any.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "model/presence.hpp"
#include "ports/identity.hpp"
#include "ports/net.hpp"

namespace serai {

// Why a connection with a token did not get the session of the token.
enum class ResumeRefusal : std::uint8_t {
  none,
  unknown,       // no such token was issued lately: it is wrong, or the host was restarted
  used,          // a newer token was issued instead
  expired,       // the session was parked for as long as it may be
  ended,         // the session was closed by the client or by the host
  other_user,    // the session belongs to another user
  other_format,  // the session has the other format
  wrong_number,  // the client names a number that no message has, or none
  missed,        // messages after the number are not buffered any more
};

std::string_view refusal_name(ResumeRefusal refusal);
// Describes the refusal in words, for developers of clients.
std::string_view refusal_text(ResumeRefusal refusal);

// The first message on each connection of a session that can resume. It has no number.
struct ResumeGreeting {
  std::string token;          // for the next connection
  std::uint32_t keep_ms = 0;  // how long the session is parked when this connection breaks
  bool resumed = false;
  std::uint64_t received = 0;  // messages of the client that the session has received
  ResumeRefusal refusal = ResumeRefusal::none;  // of the token that the client gave
};

struct ResumeRequest {
  std::string token;
  std::optional<std::uint64_t> last;  // the number of the last message that the client has
  SocketFormat format = SocketFormat::json;
  TokenClaims login;
};

struct ResumeOutcome {
  std::unique_ptr<SocketSession> session;  // null: refused
  ResumeRefusal refusal = ResumeRefusal::none;
};

class ResumingSockets {
 public:
  virtual ~ResumingSockets() = default;
  // The shard of the token's session. None: the text is no token.
  virtual std::optional<std::uint32_t> shard_of(std::string_view token) const = 0;
  // Returns the session of a connection on which `session` begins. The greeting names `refusal`.
  virtual std::unique_ptr<SocketSession> begin(std::unique_ptr<SocketSession> session,
                                               const Presence& presence,
                                               SocketFormat format,
                                               ResumeRefusal refusal) = 0;
  // Returns the session of a connection on which the token's session goes on. It does so, and the
  // former connection is dropped, when the new one is opened. resource_exhausted: the user has as
  // many sockets as the limit allows.
  virtual Result<ResumeOutcome> resume(const ResumeRequest& request) = 0;
};

}  // namespace serai
