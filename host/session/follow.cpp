// Following: a request visits the home shards of the users named, one after the other, and comes
// back with what it saw. It owns itself on the way, so no shard shares anything with another.
#include <algorithm>
#include <map>

#include "session/part.hpp"

namespace serai {

struct ShardSessions::Follow {
  SocketAddress follower;
  std::map<std::uint32_t, std::vector<Uuid>> users;  // by home shard, still to be visited
  std::vector<Uuid> all;
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
  const NamedLimit& limit = context_.limits.follows;
  if (all.size() > limit.max()) {
    return answer(limit.refuse(Errc::resource_exhausted,
                               {"This socket would follow " + std::to_string(all.size()) + " users",
                                "users",
                                "unfollow some first"}));
  }
  socket.follows = std::move(all);  // before anybody is told, so that closing drops every one

  auto follow = std::make_unique<Follow>();
  follow->all = users;
  follow->follower = {session_id, context_.shard.index()};
  for (const Uuid& user : users) follow->users[home_of(user)].push_back(user);
  follow->answer = std::move(answer);
  follow_next(context_.parts, std::move(follow));
}

void ShardSessions::follow_next(Parts& parts, std::unique_ptr<Follow> follow) {
  if (follow->users.empty()) {
    const std::uint32_t asking = follow->follower.shard;
    return parts.on(asking, [follow = std::move(follow)](Part& part) {
      // A socket that closed meanwhile may have been unfollowed before it followed.
      if (!part.sessions.is_open(follow->follower.session_id)) {
        part.sessions.unfollow_all(follow->follower.session_id, std::move(follow->all));
      }
      follow->answer(std::move(follow->seen));
    });
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

void ShardSessions::unfollow_all(const Uuid& session_id, std::vector<Uuid> users) {
  if (!users.empty()) unfollowings_.push({session_id, std::move(users), 0});
}

std::size_t ShardSessions::unfollow_some(Unfollowing& unfollowing, std::size_t units_max) {
  const std::size_t count = std::min(units_max, unfollowing.users.size() - unfollowing.done);
  std::map<std::uint32_t, std::vector<Uuid>> by_home;
  for (std::size_t i = 0; i < count; ++i) {
    const Uuid& user = unfollowing.users[unfollowing.done++];
    by_home[home_of(user)].push_back(user);
  }
  for (auto& [home, users] : by_home) {
    context_.parts.on(home,
                      [users = std::move(users), session = unfollowing.session_id](Part& part) {
                        part.users.unfollow(users, session);
                      });
  }
  return count;
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
