// PasswordHasher: hashes new passwords on the pool, for a shard that must not wait for it.
//
// Errors  resource_exhausted: too much waits for the pool.
// Thread  the shard's own; the pool's threads hash, the answer comes back on the shard.
// Owner   belongs to ShardIdentity; its shard must run until all answers have come.
#pragma once

#include <string>

#include "ports/game.hpp"
#include "session/identity_parts.hpp"
#include "session/options.hpp"

namespace serai::session {

// The refusal of a check or a hash for which the pool has no place.
Error too_many_hashes();

class PasswordHasher {
 public:
  PasswordHasher(const SessionOptions& options, const IdentityParts& parts)
      : options_(options), parts_(parts) {}

  // `address` is who asks: addresses take turns.
  void hash(std::string password, const std::string& address, Callback<std::string> answer);

 private:
  const SessionOptions& options_;
  IdentityParts parts_;
};

}  // namespace serai::session
