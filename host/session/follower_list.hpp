// FollowerList: the sockets that follow one user. They lie side by side, so that a hundred thousand
// are put into the outbox in about a millisecond. The place of each is known, so that removing one
// is as fast.
//
// Thread  the shard's.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "session/outbox.hpp"

namespace serai::session {

class FollowerList {
 public:
  // True when it was not there yet.
  bool add(const SocketAddress& socket) {
    const auto [at, is_new] =
        places_.try_emplace(socket.session_id, static_cast<std::uint32_t>(sockets_.size()));
    if (is_new) sockets_.push_back(socket);
    return is_new;
  }

  // True when it was there. The last one takes its place.
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
  std::unordered_map<Uuid, std::uint32_t> places_;
};

}  // namespace serai::session
