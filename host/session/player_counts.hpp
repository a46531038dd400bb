// PlayerCounts: how many sockets each player has open, and how many relayed matches each is in,
// over all shards.
//
// Thread  any; each call locks one of 64 stripes.
// Owner   SessionLayer. A player's entry goes when both counts are zero.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <unordered_map>

#include "base/uuid.hpp"

namespace serai::session {

class PlayerCounts {
 public:
  // Adds a socket, unless there are `max` already.
  bool add_socket(const Uuid& player, std::uint64_t max);
  void remove_socket(const Uuid& player);

  std::uint32_t relayed_matches(const Uuid& player) const;
  void add_relayed_matches(const Uuid& player, std::int32_t by);

 private:
  struct Counts {
    std::uint32_t sockets = 0;
    std::int32_t relayed_matches = 0;
  };
  struct Stripe {
    mutable std::mutex mutex;
    std::unordered_map<Uuid, Counts> players;  // guarded by mutex
    void forget_if_idle(std::unordered_map<Uuid, Counts>::iterator at);
  };
  // By the high bits of the hash: the low ones choose the bucket within the stripe.
  Stripe& stripe_of(const Uuid& player) { return stripes_[player.hash() >> 58]; }
  const Stripe& stripe_of(const Uuid& player) const { return stripes_[player.hash() >> 58]; }

  std::array<Stripe, 64> stripes_;
};

}  // namespace serai::session
