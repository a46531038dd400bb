// PasswordHasher: hashes new passwords on the HashPool, so that the shard does not wait.
//
// Errors  hash(): resource_exhausted when the queue of the pool is full or memory is short.
// Thread  the shard's own. The pool's threads hash; the answer comes on the shard.
// Owner   ShardIdentity. The hasher and its shard outlive the threads of the pool.
#pragma once

#include <string>

#include "ports/game.hpp"
#include "session/identity_parts.hpp"
#include "session/options.hpp"

namespace serai::session {

// The error for a check or a hash that the pool has refused.
Error too_many_hashes();

class PasswordHasher {
 public:
  PasswordHasher(const SessionOptions& options, const IdentityParts& parts)
      : options_(options), parts_(parts) {}

  // Hashes the password, then answers with the text to store. `address`: the key of the client's
  // address (address_of_guesser()); addresses take turns in the pool.
  void hash(std::string password, const std::string& address, Callback<std::string> answer);

 private:
  const SessionOptions& options_;
  IdentityParts parts_;
};

}  // namespace serai::session
