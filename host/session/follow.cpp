#include "session/follow.hpp"

#include <utility>

#include "session/part.hpp"

namespace serai::session {

void follow_users(Parts& parts, std::unique_ptr<FollowRequest> request) {
  if (request->users.empty()) {
    const std::uint32_t asking = request->follower.shard;
    return parts.on(asking, [request = std::move(request)](Part& part) {
      // If the socket has closed, its unfollow work may have run before these follows were added.
      // Run it again.
      if (!part.sessions.is_open(request->follower.session_id)) {
        part.sessions.unfollow_all(request->follower.session_id, std::move(request->all));
      }
      request->answer(std::move(request->found));
    });
  }
  const auto next = request->users.extract(request->users.begin());
  const std::uint32_t home = next.key();
  parts.on(home, [&parts, users = next.mapped(), request = std::move(request)](Part& part) mutable {
    for (StatusPresence& status : part.users.follow(users, request->follower)) {
      request->found.push_back(std::move(status));
    }
    follow_users(parts, std::move(request));
  });
}

}  // namespace serai::session
