// Sessions: open sockets, their streams, relayed matches and status. Implemented by host/session.
//
// Thread  a socket's calls come from its own shard; streams on other shards are reached by post().
// Owner   the socket layer owns ClientSocket; it calls closed() before the socket is destroyed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/presence.hpp"
#include "ports/game.hpp"
#include "ports/net.hpp"

namespace nakama::realtime {
class Envelope;
}

namespace serai {

// Turns an envelope into the bytes of a socket format. Implemented by host/protocol. Thread: any.
class EnvelopeCodec {
 public:
  virtual ~EnvelopeCodec() = default;
  virtual std::string encode(const nakama::realtime::Envelope& envelope,
                             SocketFormat format) const = 0;
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

// How a socket is opened: whether it shows a status, and by which login. When that login ends, the
// socket is closed.
struct SocketOpening {
  bool shows_status = false;
  std::string token_id;
  std::int64_t issued_s = 0;
};

class Sessions {
 public:
  virtual ~Sessions() = default;

  // Counts one more socket of this user, until drop_socket(). resource_exhausted: the user has as
  // many as the limit allows.
  virtual Result<> reserve_socket(const Uuid& user) = 0;
  virtual void drop_socket(const Uuid& user) = 0;
  // A socket has opened. It is on the notification stream at once, and on the status stream if it
  // shows a status.
  virtual void opened(const Presence& presence,
                      ClientSocket& socket,
                      const SocketOpening& opening) = 0;
  // Nothing waits for the client any more, see ClientSocket::is_slow.
  virtual void flushed(const Uuid& session_id) = 0;
  // Leaves every stream and drops every follow. Idempotent.
  virtual void closed(const Uuid& session_id) = 0;

  // To be called before a match of any kind is joined or created (created: without its id).
  // resource_exhausted: the socket or its user is in too many matches, or changes them too fast.
  virtual Result<> may_join(const Uuid& session_id, const MatchId& match) = 0;

  // Relayed matches. Empty name: a fresh one.
  virtual void match_create(const Presence& presence,
                            std::string name,
                            Callback<RelayedMatch> answer) = 0;
  // not_found: nobody is in it, unless may_be_empty (matchmaker tokens).
  virtual void match_join(const Presence& presence,
                          const MatchId& match,
                          bool may_be_empty,
                          Callback<RelayedMatch> answer) = 0;
  virtual void match_leave(const Uuid& session_id, const MatchId& match, Callback<Unit> answer) = 0;
  // The answer comes when the sender may go on. It is delayed while too many of its messages are
  // under way.
  virtual void match_data(const Presence& sender,
                          const MatchId& match,
                          std::int64_t op_code,
                          std::string data,
                          bool reliable,
                          std::vector<Uuid> targets,
                          Callback<Unit> answer) = 0;
  // Lists the matches of all shards, in no order.
  virtual void match_list(RelayedFilter filter, Callback<std::vector<RelayedListing>> answer) = 0;

  // resource_exhausted: the socket would follow more users than it may.
  virtual void follow(const Uuid& session_id,
                      std::vector<Uuid> users,
                      Callback<std::vector<StatusPresence>> answer) = 0;
  virtual void unfollow(const Uuid& session_id, std::vector<Uuid> users) = 0;
  // resource_exhausted: too many changes lately.
  virtual Result<> update_status(const Presence& presence, std::optional<std::string> status) = 0;
  virtual bool is_online(const Uuid& user) const = 0;  // any thread: shows a status somewhere
  virtual std::uint64_t count() const = 0;             // any thread: open sockets
};

}  // namespace serai
