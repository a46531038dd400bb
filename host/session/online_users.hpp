// OnlineUsers: the users who show a status on at least one socket, and the number of open sockets,
// over all shards.
//
// Thread  any: each call locks one of 64 stripes. Only the user's home shard inserts and erases a
//         user.
// Owner   SessionLayer.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <unordered_set>

#include "base/uuid.hpp"

namespace serai::session {

class OnlineUsers {
 public:
  void insert(const Uuid& user);
  void erase(const Uuid& user);
  bool contains(const Uuid& user) const;

  std::atomic<std::uint64_t> sockets{0};

 private:
  struct Stripe {
    mutable std::mutex mutex;
    std::unordered_set<Uuid> users;  // guarded by mutex
  };
  // The high bits of the hash choose the stripe, because the low bits choose the bucket within it.
  static std::size_t stripe_of(const Uuid& user) { return user.hash() >> 58; }

  std::array<Stripe, 64> stripes_;
};

}  // namespace serai::session
