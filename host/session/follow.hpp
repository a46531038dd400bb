// follow_users: runs a follow request. The request visits the home shards of the named users one
// after the other, and collects the statuses that it finds. It moves from shard to shard with the
// posted work, so no state is shared.
//
// Thread  called on the follower's shard; the answer comes on that shard.
// Owner   takes the request; borrows Parts.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "ports/sessions.hpp"

namespace serai::session {

class Parts;

struct FollowRequest {
  SocketAddress follower;
  std::map<std::uint32_t, std::vector<Uuid>> users;  // not yet followed, by home shard
  std::vector<Uuid> all;                             // all users of the request
  std::vector<StatusPresence> found;
  Callback<std::vector<StatusPresence>> answer;
};

// Follows all users of the request, then answers. If the follower has closed by then, all of them
// are unfollowed again.
void follow_users(Parts& parts, std::unique_ptr<FollowRequest> request);

}  // namespace serai::session
