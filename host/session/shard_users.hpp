// ShardUsers: the users whose home is this shard: their sockets, statuses and followers.
//
// A user's notification stream (mode 0) is the list of their sockets; the status stream (mode 1)
// those that show a status. Their sockets may live on any shard; status events go to all of them
// and to the followers.
//
// Thread  the home shard's own (shard_of_stream of the user's streams), asserted by the callers.
// Owner   belongs to the shard's part. An entry goes with the last socket and follower.
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

  // Closes the socket at once when its login has been revoked meanwhile.
  void opened(const Presence& socket, const SocketOpening& opening);
  void closed(const Uuid& user, const Uuid& session);
  void set_status(const Uuid& user, const Uuid& session, std::optional<std::string> status);

  // Returns the statuses shown now; later ones come as events.
  std::vector<StatusPresence> follow(const std::vector<Uuid>& users, const SocketAddress& follower);
  void unfollow(const std::vector<Uuid>& users, const Uuid& follower);

  void notify(const Notification& notification);
  void disconnect(const Uuid& user, std::string_view reason);
  // Closes the sockets whose login the revocation ends.
  void revoked(const RevokedToken& record);

  std::vector<Presence> sockets_of(const StreamId& stream) const;  // modes 0 and 1

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

  PartContext context_;
  Outbox& outbox_;
  std::unordered_map<Uuid, User> users_;
};

}  // namespace serai::session
