// Jwt: signs and verifies JSON Web Tokens (RFC 7519) with HS256 and one key.
//
// Errors  open(): unauthenticated for a token that is malformed or was not signed with this key.
// Thread  not thread-safe: the MAC context is reused. Every shard has its own Jwt.
// Owner   owns the MAC context with the key. The key's text is not stored.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace serai::session {

class Jwt {
 public:
  explicit Jwt(std::string_view key);  // the key must not be empty
  ~Jwt();
  Jwt(const Jwt&) = delete;
  Jwt& operator=(const Jwt&) = delete;

  // The length of a token in bytes, for a payload of this size.
  static std::size_t token_bytes(std::size_t payload_bytes);

  std::string sign(std::string_view payload_json);
  // Checks the signature, but no claims, and returns the payload's JSON text.
  Result<std::string> open(std::string_view token);

 private:
  std::string signature_of(std::string_view signed_part);

  struct FreeMac {
    void operator()(EVP_MAC_CTX* context) const;
  };
  std::unique_ptr<EVP_MAC_CTX, FreeMac> mac_;
};

}  // namespace serai::session
