// Revoker: revokes tokens, which ends logins. It stores a revocation, applies it on every shard,
// and then answers.
//
// Units   Unix seconds.
// Errors  those of the store.
// Thread  the shard's own.
// Owner   ShardIdentity.
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

  // Applies a stored revocation on this shard: at start-up, and whenever a shard has stored one.
  void learn(const RevokedToken& record) { revocations_.add(record, parts_.now_s()); }
  bool blocks(TokenUse use, const TokenClaims& claims) const {
    return revocations_.blocks(use, claims);
  }
  // Tokens of the user issued before this second are revoked. 0: none are.
  std::int64_t valid_from_s(const Uuid& user) const { return revocations_.valid_from_s(user); }
  // See Revocations.
  std::uint64_t moment() const { return revocations_.moment(); }
  bool is_revoked_since(const Uuid& user, std::uint64_t moment) const {
    return revocations_.is_revoked_since(user, moment);
  }
  // The longest lifetime, in seconds, of a token issued now.
  std::int64_t longest_expiry_s() const;

  // Returns the revocation of all tokens that the user has been issued until now.
  RevokedToken everything_of(const Uuid& user) const;
  // Stores the revocations and applies each on every shard, one after the other. Answers at the
  // end, or at the first error.
  void revoke(std::vector<RevokedToken> records, Callback<Unit> answer);

 private:
  const SessionOptions& options_;
  IdentityParts parts_;
  Revocations revocations_;
};

}  // namespace serai::session
