// Following: a request visits the home shards of the users named, one after the other, and comes
// back with the statuses it found. It owns itself on the way, so no shard shares anything with
// another.
//
// Thread  begins and answers on the follower's shard.
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
  std::map<std::uint32_t, std::vector<Uuid>> users;  // by home shard, still to be visited
  std::vector<Uuid> all;
  std::vector<StatusPresence> found;
  Callback<std::vector<StatusPresence>> answer;
};

// Follows all of them, then answers. If the follower has closed meanwhile, it unfollows all again.
void follow_users(Parts& parts, std::unique_ptr<FollowRequest> request);

}  // namespace serai::session
