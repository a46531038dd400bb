// Jwt: signs and opens JSON Web Tokens with HS256 and one key.
//
// Errors  open() returns unauthenticated for anything that was not signed with this key.
// Thread  one at a time: the MAC context is reused. Every shard has its own.
// Owner   owns the keyed context; the text of the key is not stored.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace serai::session {

class Jwt {
 public:
  explicit Jwt(std::string_view key);  // not empty
  ~Jwt();
  Jwt(const Jwt&) = delete;
  Jwt& operator=(const Jwt&) = delete;

  // The length of the token for a payload of this size.
  static std::size_t token_bytes(std::size_t payload_bytes);

  std::string sign(std::string_view payload_json);
  Result<std::string> open(std::string_view token);  // the payload's JSON text

 private:
  std::string signature_of(std::string_view signed_part);

  struct FreeMac {
    void operator()(EVP_MAC_CTX* context) const;
  };
  std::unique_ptr<EVP_MAC_CTX, FreeMac> mac_;
};

}  // namespace serai::session
