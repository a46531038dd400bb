// OnlineUsers: which users show a status on some socket; and how many sockets are open.
//
// Thread  any. A user's entry is changed by the user's home shard only; readers lock one of 64
//         stripes.
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
  // By the high bits of the hash: the low ones choose the bucket within the stripe.
  static std::size_t stripe_of(const Uuid& user) { return user.hash() >> 58; }

  std::array<Stripe, 64> stripes_;
};

}  // namespace serai::session
