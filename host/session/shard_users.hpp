// ShardUsers: the users whose home is this shard, with their sockets, statuses and followers.
//
// The members of a user's notification stream (mode 0) are the user's sockets. The members of the
// status stream (mode 1) are those of the sockets that show a status. The sockets may live on any
// shard. Status events are sent to all of them and to the followers.
//
// Thread  the home shard's own (shard_of_stream() of the user's streams), asserted by the callers.
// Owner   the shard's Part. A user's entry is erased with the last socket and follower.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ports/store.hpp"
#include "session/events.hpp"
#include "session/follower_list.hpp"
#include "session/outbox.hpp"
#include "session/part_context.hpp"

namespace serai::session {

class ShardUsers {
 public:
  ShardUsers(const PartContext& context, Outbox& outbox) : context_(context), outbox_(outbox) {}

  // Adds a socket. The socket is closed at once when its login has been revoked meanwhile.
  void opened(const Presence& socket, const SocketOpening& opening);
  void closed(const Uuid& user, const Uuid& session);
  // The socket was resumed with this login, and ends with it from now on.
  void resumed(const Uuid& user, const Uuid& session, const TokenClaims& login);
  void set_status(const Uuid& user, const Uuid& session, std::optional<std::string> status);

  // Adds a follower to the users. Returns the statuses that they show now; later changes are sent
  // as events.
  std::vector<StatusPresence> follow(const std::vector<Uuid>& users, const SocketAddress& follower);
  void unfollow(const std::vector<Uuid>& users, const Uuid& follower);

  void notify(const Notification& notification);
  void disconnect(const Uuid& user, std::string_view reason);
  // Closes the sockets whose login ends by this revocation.
  void revoked(const RevokedToken& record);

  // The members of a user's notification or status stream (modes 0 and 1).
  std::vector<Presence> sockets_of(const StreamId& stream) const;

 private:
  struct UserSocket {
    Uuid session_id;
    std::uint32_t shard = 0;
    std::string username;
    std::string token_id;
    std::int64_t issued_s = 0;
    std::optional<std::string> status;
  };
  struct User {
    std::vector<UserSocket> sockets;  // oldest first
    FollowerList followers;
    bool is_idle() const { return sockets.empty() && followers.empty(); }
  };

  static StatusPresence shown(const Uuid& user, const UserSocket& socket);
  void announce(const User& user, const StatusChange& change);
  void replace_older_sockets(const Uuid& user, const User& entry);
  void update_online(const Uuid& user, const User& entry);
  // True, and the socket will be closed: its login has been revoked.
  bool close_if_revoked(const Uuid& user, const UserSocket& socket);

  PartContext context_;
  Outbox& outbox_;
  std::unordered_map<Uuid, User> users_;
};

}  // namespace serai::session
