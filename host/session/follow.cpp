// Following: a request visits the home shards of the users named, one after the other, and comes
// back with what it saw. It owns itself on the way, so no shard shares anything with another.
#include <algorithm>
#include <map>

#include "session/part.hpp"

namespace serai {

struct ShardSessions::Follow {
  SocketAddress follower;
  std::map<std::uint32_t, std::vector<Uuid>> users;  // by home shard, still to be visited
  std::vector<StatusPresence> seen;
  Answer<std::vector<StatusPresence>> answer;
};

void ShardSessions::follow(const Uuid& session_id,
                           std::vector<Uuid> users,
                           Answer<std::vector<StatusPresence>> answer) {
  SERAI_ASSERT(context_.shard.is_current());
  const auto at = sockets_.find(session_id);
  if (at == sockets_.end()) return answer({Errc::cancelled, "The socket is closed."});
  Socket& socket = at->second;

  // Own statuses come by themselves; a user named twice, or followed before, is answered once.
  std::sort(users.begin(), users.end());
  users.erase(std::unique(users.begin(), users.end()), users.end());
  std::erase(users, socket.presence.user_id);
  std::vector<Uuid> all;
  std::set_union(socket.follows.begin(),
                 socket.follows.end(),
                 users.begin(),
                 users.end(),
                 std::back_inserter(all));
  if (all.size() > context_.options.follows_max) {
    return answer({Errc::resource_exhausted, "This socket follows too many users."});
  }
  socket.follows = std::move(all);  // before anybody is told, so that closing drops every one

  auto follow = std::make_unique<Follow>();
  follow->follower = {session_id, context_.shard.index()};
  for (const Uuid& user : users) follow->users[home_of(user)].push_back(user);
  follow->answer = std::move(answer);
  follow_next(context_.parts, std::move(follow));
}

void ShardSessions::follow_next(Parts& parts, std::unique_ptr<Follow> follow) {
  if (follow->users.empty()) {
    const std::uint32_t asking = follow->follower.shard;
    return parts.on(
        asking, [follow = std::move(follow)](Part&) { follow->answer(std::move(follow->seen)); });
  }
  const auto next = follow->users.extract(follow->users.begin());
  const std::uint32_t home = next.key();
  parts.on(home, [&parts, users = next.mapped(), follow = std::move(follow)](Part& part) mutable {
    for (StatusPresence& seen : part.users.follow(users, follow->follower)) {
      follow->seen.push_back(std::move(seen));
    }
    follow_next(parts, std::move(follow));
  });
}

void ShardSessions::unfollow(const Uuid& session_id, std::vector<Uuid> users) {
  SERAI_ASSERT(context_.shard.is_current());
  const auto at = sockets_.find(session_id);
  if (at == sockets_.end()) return;
  for (const Uuid& user : users) {
    auto& follows = at->second.follows;
    const auto known = std::lower_bound(follows.begin(), follows.end(), user);
    if (known == follows.end() || *known != user) continue;
    follows.erase(known);
    context_.parts.on(home_of(user),
                      [user, session_id](Part& part) { part.users.unfollow({user}, session_id); });
  }
}

}  // namespace serai
