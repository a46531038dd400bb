// FollowerList: the sockets that follow one user. They are stored in one array, so that a hundred
// thousand of them are put into the outbox in about a millisecond. A map has the index of each
// socket, so that adding and removing one take constant time.
//
// Thread  the shard's.
// Owner   the user's entry in ShardUsers.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "session/outbox.hpp"

namespace serai::session {

class FollowerList {
 public:
  // False when the socket is in the list already.
  bool add(const SocketAddress& socket) {
    const auto [at, is_new] =
        places_.try_emplace(socket.session_id, static_cast<std::uint32_t>(sockets_.size()));
    if (is_new) sockets_.push_back(socket);
    return is_new;
  }

  // False when the socket is not in the list. The last socket moves to the freed index, so the
  // order changes.
  bool remove(const Uuid& session_id) {
    const auto node = places_.extract(session_id);
    if (node.empty()) return false;
    const std::uint32_t place = node.mapped();
    if (place + 1 != sockets_.size()) {
      sockets_[place] = sockets_.back();
      places_.at(sockets_[place].session_id) = place;
    }
    sockets_.pop_back();
    return true;
  }

  bool empty() const { return sockets_.empty(); }
  const std::vector<SocketAddress>& all() const { return sockets_; }

 private:
  std::vector<SocketAddress> sockets_;
  std::unordered_map<Uuid, std::uint32_t> places_;  // index in sockets_, by session id
};

}  // namespace serai::session
