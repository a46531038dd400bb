// Fuzz target: tokens. Only tokens that the host has signed are accepted, and these are read as
// they were written.
#include <openssl/hmac.h>

#include <array>

#include "base/base64.hpp"
#include "fuzz/fuzz.hpp"
#include "session/tokens.hpp"

using namespace serai;

namespace {

constexpr std::string_view kKey = "a key of thirty-two bytes or more";

// Adds the correct signature. The header may be any text.
std::string with_signature(std::string_view signed_part) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int size = 0;
  HMAC(EVP_sha256(),
       kKey.data(),
       static_cast<int>(kKey.size()),
       reinterpret_cast<const unsigned char*>(signed_part.data()),
       signed_part.size(),
       mac.data(),
       &size);
  std::string token(signed_part);
  token += '.';
  append_base64url({reinterpret_cast<const char*>(mac.data()), size}, token);
  return token;
}

void check_claims(std::string_view json) {
  const auto claims = session::decode_claims(json);
  if (!claims) return;
  fuzz_require(claims->expires_s > 0 && !claims->user_id.is_nil(), "claims have a user and an end");
  const std::string text = session::encode_claims(*claims);
  for (const char c : text) fuzz_require(c >= 0x20 && c < 0x7e, "claims are printable ASCII");
  const auto again = session::decode_claims(text);
  fuzz_require(again.ok() && again->token_id == claims->token_id &&
                   again->user_id == claims->user_id && again->username == claims->username &&
                   again->vars == claims->vars && again->issued_s == claims->issued_s &&
                   again->expires_s == claims->expires_s,
               "claims are read as they were written");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static session::Jwt jwt(kKey);
  const std::string_view text = fuzz_text(data, size);
  const std::string signed_text = jwt.sign(text);
  const auto opened = jwt.open(signed_text);
  fuzz_require(opened.ok() && *opened == text, "a signed text is opened");
  fuzz_require(!jwt.open(text).ok(), "an unsigned text is refused");
  std::string other = signed_text;
  other[size % other.size()] = other[size % other.size()] == 'A' ? 'B' : 'A';
  fuzz_require(other == signed_text || !jwt.open(other).ok(), "a changed token is refused");
  static_cast<void>(jwt.open(with_signature(text)));
  check_claims(text);
  return 0;
}
