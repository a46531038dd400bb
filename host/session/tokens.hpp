// Tokens: issues and verifies the session and refresh tokens of one shard, and caches verified
// session tokens.
//
// Units   Unix seconds.
// Errors  unauthenticated "Auth token invalid" for any fault of a token: the caller must not find
//         out the reason.
// Thread  the shard's own.
// Owner   ShardIdentity.
// Cost    one look-up for a token in the cache; an HMAC and a JSON parse for any other.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/keyed_hash.hpp"
#include "ports/identity.hpp"
#include "session/jwt.hpp"
#include "session/options.hpp"

namespace serai::session {

// Writes the claims as JSON that the decoders of clients can read, see append_token_string().
std::string encode_claims(const TokenClaims& claims);
// unauthenticated: the JSON is malformed, or has no user or expiry.
Result<TokenClaims> decode_claims(std::string_view json);

// A bounded cache of verified tokens, in two halves. When the young half is full, it becomes the
// old half, and the former old half is dropped. A token that is found in the old half moves to the
// young half. So dropping tokens costs nothing on the hot path.
class TokenCache {
 public:
  explicit TokenCache(std::size_t capacity) : half_(capacity / 2 + 1) {}
  // Null when the token is not cached. The pointer is valid until the next call.
  const TokenClaims* find(std::string_view token);
  void put(std::string_view token, TokenClaims claims);
  std::size_t size() const { return young_.size() + old_.size(); }

 private:
  using Half = std::unordered_map<std::string, TokenClaims, KeyedTextHash, std::equal_to<>>;
  void make_room();

  std::size_t half_;
  Half young_;
  Half old_;
};

class Tokens {
 public:
  explicit Tokens(const SessionOptions& options);

  // invalid_argument: a token with these variables would be longer than a request can carry.
  Result<> check_vars(const SessionVars& vars) const;
  // Issues a session and a refresh token with these claims. Their expiry counts from now_s.
  SessionTokens issue(TokenClaims claims, std::int64_t now_s);
  // Checks signature and expiry; the caller checks revocation.
  Result<TokenClaims> open_session(std::string_view token, std::int64_t now_s);
  Result<TokenClaims> open_refresh(std::string_view token, std::int64_t now_s);

 private:
  std::size_t token_bytes_max_;
  std::int64_t session_expiry_s_;
  std::int64_t refresh_expiry_s_;
  Jwt session_;
  Jwt refresh_;
  TokenCache verified_;
};

}  // namespace serai::session
