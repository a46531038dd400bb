// Revocations: the tokens that are no longer valid although their signature is good. One copy per
// shard.
//
// A revocation blocks one use (session or refresh) of one token family, or all tokens that a user
// was issued before a given second. A family keeps its id over refreshes, so a block also covers
// the tokens issued later.
//
// Thread  the shard's own; shards share revocations by posting.
// Owner   revocations are copied in; the durable ones are the store's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/keyed_hash.hpp"
#include "ports/identity.hpp"

namespace serai::session {

enum class TokenUse { session, refresh };

// The token_id under which a block is stored; session and refresh tokens of a family share theirs.
std::string revocation_id(TokenUse use, std::string_view token_id);

class Revocations {
 public:
  void add(const RevokedToken& record, std::int64_t now_s);
  bool blocks(TokenUse use, const TokenClaims& claims) const;
  // Tokens issued before this second do not count; 0: all count.
  std::int64_t valid_from_s(const Uuid& user) const;
  std::size_t size() const { return by_token_.size() + by_user_.size(); }

 private:
  struct Cutoff {
    std::int64_t before_s = 0;
    std::int64_t expires_s = 0;
  };
  void forget_expired(std::int64_t now_s);

  std::unordered_map<std::string, std::int64_t, KeyedTextHash> by_token_;  // to its expiry
  std::unordered_map<Uuid, Cutoff> by_user_;
  std::size_t forget_at_ = 1024;
};

}  // namespace serai::session
