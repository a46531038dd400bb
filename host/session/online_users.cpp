#include "session/online_users.hpp"

namespace serai::session {

void OnlineUsers::insert(const Uuid& user) {
  Stripe& stripe = stripes_[stripe_of(user)];
  const std::lock_guard lock(stripe.mutex);
  stripe.users.insert(user);
}

void OnlineUsers::erase(const Uuid& user) {
  Stripe& stripe = stripes_[stripe_of(user)];
  const std::lock_guard lock(stripe.mutex);
  stripe.users.erase(user);
}

bool OnlineUsers::contains(const Uuid& user) const {
  const Stripe& stripe = stripes_[stripe_of(user)];
  const std::lock_guard lock(stripe.mutex);
  return stripe.users.contains(user);
}

}  // namespace serai::session
