// Revocations: the tokens that were revoked before their expiry. Every shard has its own copy.
//
// A revocation blocks one use (session or refresh) of one token family, or all tokens of a user
// that were issued before a given second. A token family keeps its id over refreshes, so a
// revocation also blocks tokens that the family is issued later.
//
// Units   Unix seconds.
// Thread  the shard's own; shards share revocations by posting.
// Owner   Revoker. Records are copied; the store has the durable ones.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/keyed_hash.hpp"
#include "ports/identity.hpp"

namespace serai::session {

enum class TokenUse { session, refresh };

// The token_id under which a revocation is stored: "s:" or "r:" and the id of the token family. The
// session and the refresh tokens of a family have the same id, so the prefix is needed.
std::string revocation_id(TokenUse use, std::string_view token_id);

class Revocations {
 public:
  // Adds a revocation. Revocations that have expired at `now_s` are removed from time to time.
  void add(const RevokedToken& record, std::int64_t now_s);
  bool blocks(TokenUse use, const TokenClaims& claims) const;
  // Tokens of the user issued before this second are revoked. 0: none are.
  std::int64_t valid_from_s(const Uuid& user) const;
  // The number of revocations added so far, and whether all tokens of the user were revoked after
  // it was `moment`.
  std::uint64_t moment() const { return added_; }
  bool is_revoked_since(const Uuid& user, std::uint64_t moment) const;
  std::size_t size() const { return by_token_.size() + by_user_.size(); }

 private:
  struct Cutoff {
    std::int64_t before_s = 0;
    std::int64_t expires_s = 0;
    std::uint64_t moment = 0;  // when it was added
  };
  void forget_expired(std::int64_t now_s);

  std::unordered_map<std::string, std::int64_t, KeyedTextHash> by_token_;  // id to expiry
  std::unordered_map<Uuid, Cutoff> by_user_;
  std::uint64_t added_ = 0;
  std::size_t forget_at_ = 1024;
};

}  // namespace serai::session
