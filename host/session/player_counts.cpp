#include "session/player_counts.hpp"

#include "base/assert.hpp"

namespace serai::session {

void PlayerCounts::Stripe::forget_if_idle(std::unordered_map<Uuid, Counts>::iterator at) {
  const Counts& counts = at->second;
  if (counts.sockets == 0 && counts.parked == 0 && counts.relayed_matches == 0) players.erase(at);
}

bool PlayerCounts::add_socket(const Uuid& player, std::uint64_t max) {
  Stripe& stripe = stripe_of(player);
  const std::lock_guard lock(stripe.mutex);
  const auto at = stripe.players.try_emplace(player).first;
  const bool has_room = at->second.sockets < max;
  if (has_room) ++at->second.sockets;
  stripe.forget_if_idle(at);
  return has_room;
}

void PlayerCounts::remove_socket(const Uuid& player) {
  Stripe& stripe = stripe_of(player);
  const std::lock_guard lock(stripe.mutex);
  const auto at = stripe.players.find(player);
  SERAI_ASSERT(at != stripe.players.end() && at->second.sockets > 0);
  --at->second.sockets;
  stripe.forget_if_idle(at);
}

bool PlayerCounts::park_socket(const Uuid& player, std::uint64_t max) {
  Stripe& stripe = stripe_of(player);
  const std::lock_guard lock(stripe.mutex);
  const auto at = stripe.players.find(player);
  SERAI_ASSERT(at != stripe.players.end() && at->second.sockets > 0);
  if (at->second.parked >= max) return false;
  --at->second.sockets;
  ++at->second.parked;
  return true;
}

void PlayerCounts::unpark_socket(const Uuid& player) {
  Stripe& stripe = stripe_of(player);
  const std::lock_guard lock(stripe.mutex);
  const auto at = stripe.players.find(player);
  SERAI_ASSERT(at != stripe.players.end() && at->second.parked > 0);
  --at->second.parked;
  ++at->second.sockets;
}

std::uint32_t PlayerCounts::sockets(const Uuid& player) const {
  const Stripe& stripe = stripe_of(player);
  const std::lock_guard lock(stripe.mutex);
  const auto at = stripe.players.find(player);
  return at == stripe.players.end() ? 0 : at->second.sockets;
}

std::uint32_t PlayerCounts::relayed_matches(const Uuid& player) const {
  const Stripe& stripe = stripe_of(player);
  const std::lock_guard lock(stripe.mutex);
  const auto at = stripe.players.find(player);
  return at == stripe.players.end() ? 0 : static_cast<std::uint32_t>(at->second.relayed_matches);
}

void PlayerCounts::add_relayed_matches(const Uuid& player, std::int32_t by) {
  Stripe& stripe = stripe_of(player);
  const std::lock_guard lock(stripe.mutex);
  const auto at = stripe.players.try_emplace(player).first;
  at->second.relayed_matches += by;
  SERAI_ASSERT(at->second.relayed_matches >= 0);
  stripe.forget_if_idle(at);
}

}  // namespace serai::session
