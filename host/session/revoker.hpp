// Revoker: ends logins. It stores a revocation, shares it with every shard and then answers.
//
// Errors  those of the store.
// Thread  the shard's own.
// Owner   belongs to ShardIdentity.
#pragma once

#include <cstdint>
#include <vector>

#include "ports/game.hpp"
#include "session/identity_parts.hpp"
#include "session/options.hpp"
#include "session/revocations.hpp"

namespace serai::session {

class Revoker {
 public:
  Revoker(const SessionOptions& options, const IdentityParts& parts)
      : options_(options), parts_(parts) {}

  // Adds a stored revocation, at start-up or from any shard.
  void learn(const RevokedToken& record) { revocations_.add(record, parts_.now_s()); }
  bool blocks(TokenUse use, const TokenClaims& claims) const {
    return revocations_.blocks(use, claims);
  }
  // The user's tokens issued before this second do not count; 0: all count.
  std::int64_t valid_from_s(const Uuid& user) const { return revocations_.valid_from_s(user); }
  // How long a token issued now may last.
  std::int64_t longest_expiry_s() const;

  // The revocation of all the user's tokens issued until now.
  RevokedToken everything_of(const Uuid& user) const;
  // Stores and shares the revocations one after the other, then answers.
  void revoke(std::vector<RevokedToken> records, Callback<Unit> answer);

 private:
  const SessionOptions& options_;
  IdentityParts parts_;
  Revocations revocations_;
};

}  // namespace serai::session
