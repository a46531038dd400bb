// PlayerCounts: the number of open sockets, of parked sessions and of joined relayed matches of
// each player, over all shards.
//
// Thread  any: each call locks one of 64 stripes.
// Owner   SessionLayer. A player's entry is erased when all counts are zero.
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
  // Counts an open socket as a parked session from now on. False, and nothing changed, when there
  // are `max` already.
  bool park_socket(const Uuid& player, std::uint64_t max);
  // Counts a parked session as an open socket again, whatever the number of sockets.
  void unpark_socket(const Uuid& player);
  std::uint32_t sockets(const Uuid& player) const;

  std::uint32_t relayed_matches(const Uuid& player) const;
  // `by` may be negative.
  void add_relayed_matches(const Uuid& player, std::int32_t by);

 private:
  struct Counts {
    std::uint32_t sockets = 0;
    std::uint32_t parked = 0;
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
