// PlayerCounts: the number of open sockets and of joined relayed matches of each player, over all
// shards.
//
// Thread  any: each call locks one of 64 stripes.
// Owner   SessionLayer. A player's entry is erased when both counts are zero.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <unordered_map>

#include "base/uuid.hpp"

namespace serai::session {

class PlayerCounts {
 public:
  // Counts one more socket. False, and nothing counted, when there are `max` already.
  bool add_socket(const Uuid& player, std::uint64_t max);
  void remove_socket(const Uuid& player);

  std::uint32_t relayed_matches(const Uuid& player) const;
  // `by` may be negative.
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
  // The high bits of the hash choose the stripe, because the low bits choose the bucket within it.
  Stripe& stripe_of(const Uuid& player) { return stripes_[player.hash() >> 58]; }
  const Stripe& stripe_of(const Uuid& player) const { return stripes_[player.hash() >> 58]; }

  std::array<Stripe, 64> stripes_;
};

}  // namespace serai::session
