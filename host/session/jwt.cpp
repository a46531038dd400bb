#include "session/jwt.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <nlohmann/json.hpp>

#include "base/base64.hpp"

namespace serai::session {
namespace {

// {"alg":"HS256","typ":"JWT"} in Base64 for URLs
constexpr std::string_view kHeaderText = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

Error invalid_token() { return {Errc::unauthenticated, "Auth token invalid"}; }

bool names_hs256(std::string_view header_text) {
  if (header_text == kHeaderText) return true;
  const auto header = decode_base64(header_text);
  if (!header) return false;
  const auto json = nlohmann::json::parse(*header, nullptr, false);
  if (!json.is_object()) return false;
  const auto algorithm = json.find("alg");
  return algorithm != json.end() && algorithm->is_string() &&
         algorithm->get_ref<const std::string&>() == "HS256";
}

}  // namespace

void Jwt::FreeMac::operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }

Jwt::Jwt(std::string_view key) {
  SERAI_ASSERT(!key.empty());
  EVP_MAC* algorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  SERAI_ASSERT(algorithm != nullptr);
  mac_.reset(EVP_MAC_CTX_new(algorithm));
  EVP_MAC_free(algorithm);
  SERAI_ASSERT(mac_ != nullptr);

  std::string digest = "SHA256";
  const std::array<OSSL_PARAM, 2> parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
      OSSL_PARAM_construct_end()};
  SERAI_ASSERT(EVP_MAC_init(mac_.get(),
                            reinterpret_cast<const unsigned char*>(key.data()),
                            key.size(),
                            parameters.data()) == 1);
}

Jwt::~Jwt() = default;

std::string Jwt::signature_of(std::string_view signed_part) {
  std::array<std::uint8_t, 32> mac{};
  std::size_t size = 0;
  // Without a key, EVP_MAC_init() starts a new message with the key of the constructor.
  SERAI_ASSERT(EVP_MAC_init(mac_.get(), nullptr, 0, nullptr) == 1);
  SERAI_ASSERT(EVP_MAC_update(mac_.get(),
                              reinterpret_cast<const unsigned char*>(signed_part.data()),
                              signed_part.size()) == 1);
  SERAI_ASSERT(EVP_MAC_final(mac_.get(), mac.data(), &size, mac.size()) == 1 && size == mac.size());
  std::string text;
  append_base64url({reinterpret_cast<const char*>(mac.data()), mac.size()}, text);
  return text;
}

std::size_t Jwt::token_bytes(std::size_t payload_bytes) {
  constexpr std::size_t kSignatureBytes = 43;  // 32 bytes in Base64 without padding
  return kHeaderText.size() + 1 + (payload_bytes * 4 + 2) / 3 + 1 + kSignatureBytes;
}

std::string Jwt::sign(std::string_view payload_json) {
  std::string token(kHeaderText);
  token += '.';
  append_base64url(payload_json, token);
  const std::string signature = signature_of(token);
  token += '.';
  token += signature;
  return token;
}

Result<std::string> Jwt::open(std::string_view token) {
  const std::size_t first = token.find('.');
  const std::size_t last = token.rfind('.');
  if (first == std::string_view::npos || first == last) return invalid_token();
  const std::string_view header = token.substr(0, first);
  const std::string_view payload = token.substr(first + 1, last - first - 1);
  const std::string_view signature = token.substr(last + 1);

  // Compare the encoded signatures, so that a signature with other unused bits in its last
  // character is refused.
  const std::string expected = signature_of(token.substr(0, last));
  if (signature.size() != expected.size() ||
      CRYPTO_memcmp(signature.data(), expected.data(), expected.size()) != 0) {
    return invalid_token();
  }
  if (!names_hs256(header)) return invalid_token();
  auto json = decode_base64(payload);
  if (!json) return invalid_token();
  return std::move(*json);
}

}  // namespace serai::session
