// Sessions: open sockets, their streams, relayed matches and status. Implemented by host/session.
//
// Thread  calls about a socket: its own shard. Streams on other shards are reached by post().
// Owner   the socket layer owns the ClientSocket; it calls closed() before it destroys the socket.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/presence.hpp"
#include "ports/game.hpp"
#include "ports/net.hpp"
#include "ports/resume.hpp"

namespace nakama::realtime {
class Envelope;
}

namespace serai {

// Encodes an envelope in the format of a socket. Implemented by host/protocol.
//
// Thread  any.
class EnvelopeCodec {
 public:
  virtual ~EnvelopeCodec() = default;
  virtual std::string encode(const nakama::realtime::Envelope& envelope,
                             SocketFormat format) const = 0;
  // Returns the encoded envelope with the number of the message as its first member.
  virtual std::string numbered(std::string_view envelope,
                               std::uint64_t number,
                               SocketFormat format) const = 0;
  virtual std::string greeting(const ResumeGreeting& greeting, SocketFormat format) const = 0;
};

struct StatusPresence {
  Presence presence;
  std::string status;
};

struct RelayedMatch {
  MatchId match;
  std::uint32_t size = 0;
  std::vector<Presence> others;
};

struct RelayedFilter {
  std::uint32_t limit = 10;
  std::optional<std::uint32_t> min_size;
  std::optional<std::uint32_t> max_size;
};

struct RelayedListing {
  MatchId match;
  std::uint32_t size = 0;
};

// The properties of a new socket: whether it shows a status, and the token of its login. When that
// login ends, the socket is closed.
struct SocketOpening {
  bool shows_status = false;
  std::string token_id;
  std::int64_t issued_s = 0;
};

class Sessions {
 public:
  virtual ~Sessions() = default;

  // Counts one more socket of this user, until drop_socket(). resource_exhausted: the user already
  // has as many sockets as the limit allows.
  virtual Result<> reserve_socket(const Uuid& user) = 0;
  virtual void drop_socket(const Uuid& user) = 0;
  // Called when a socket has opened. The socket joins the notification stream of its user at once,
  // and the status stream if it shows a status.
  virtual void opened(const Presence& presence,
                      ClientSocket& socket,
                      const SocketOpening& opening) = 0;
  // Called when the client's queue is empty again, see ClientSocket::is_slow().
  virtual void flushed(const Uuid& session_id) = 0;
  // Removes the socket from all streams and ends all its follows. A second call does nothing.
  virtual void closed(const Uuid& session_id) = 0;

  // To be called before a match of any kind is joined or created. A match that is to be created has
  // no id yet, so `match` is empty then. resource_exhausted: the socket or its user is in too many
  // matches, or changes them too often.
  virtual Result<> may_join(const Uuid& session_id, const MatchId& match) = 0;

  // Relayed matches. An empty name creates a match with a new id.
  virtual void match_create(const Presence& presence,
                            std::string name,
                            Callback<RelayedMatch> answer) = 0;
  // not_found: nobody is in the match. With `may_be_empty` (matchmaker tokens) that is no error.
  virtual void match_join(const Presence& presence,
                          const MatchId& match,
                          bool may_be_empty,
                          Callback<RelayedMatch> answer) = 0;
  virtual void match_leave(const Uuid& session_id, const MatchId& match, Callback<Unit> answer) = 0;
  // The answer comes when the sender may send its next message. It is delayed while too many of the
  // sender's messages are under way.
  virtual void match_data(const Presence& sender,
                          const MatchId& match,
                          std::int64_t op_code,
                          std::string data,
                          bool reliable,
                          std::vector<Uuid> targets,
                          Callback<Unit> answer) = 0;
  // Lists the relayed matches of all shards, in no particular order.
  virtual void match_list(RelayedFilter filter, Callback<std::vector<RelayedListing>> answer) = 0;

  // resource_exhausted: the socket would follow more users than it may.
  virtual void follow(const Uuid& session_id,
                      std::vector<Uuid> users,
                      Callback<std::vector<StatusPresence>> answer) = 0;
  virtual void unfollow(const Uuid& session_id, std::vector<Uuid> users) = 0;
  // resource_exhausted: the user changes the status too often.
  virtual Result<> update_status(const Presence& presence, std::optional<std::string> status) = 0;
  // True when a socket of the user shows a status. Any thread.
  virtual bool is_online(const Uuid& user) const = 0;
  // The number of open sockets. Any thread.
  virtual std::uint64_t count() const = 0;
};

}  // namespace serai
