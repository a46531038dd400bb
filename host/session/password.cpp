#include "session/password.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/base64.hpp"
#include "base/parse_number.hpp"

namespace serai::session {
namespace {

constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kHashBytes = 32;

// The cost parameters of scrypt (RFC 7914, section 2). N is 2^log_n.
struct Cost {
  unsigned log_n = 15;
  unsigned r = 8;
  unsigned p = 1;
};

bool is_sane(const Cost& cost) {
  return cost.log_n >= 1 && cost.log_n <= 20 && cost.r >= 1 && cost.r <= 16 && cost.p >= 1 &&
         cost.p <= 4;
}

std::optional<std::string> derive(std::string_view password,
                                  std::string_view salt,
                                  const Cost& cost) {
  const std::uint64_t n = std::uint64_t{1} << cost.log_n;
  // OpenSSL fails when scrypt needs more: 128 * r * (N + p + 2) bytes.
  const std::uint64_t memory_bytes_max = std::uint64_t{128} * cost.r * (n + cost.p + 2) + 1024;
  std::string hash(kHashBytes, '\0');
  if (EVP_PBE_scrypt(password.data(),
                     password.size(),
                     reinterpret_cast<const unsigned char*>(salt.data()),
                     salt.size(),
                     n,
                     cost.r,
                     cost.p,
                     memory_bytes_max,
                     reinterpret_cast<unsigned char*>(hash.data()),
                     hash.size()) != 1) {
    return std::nullopt;
  }
  return hash;
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  for (std::size_t at = text.find('$'); at != std::string_view::npos; at = text.find('$')) {
    parts.push_back(text.substr(0, at));
    text.remove_prefix(at + 1);
  }
  parts.push_back(text);
  return parts;
}

// Returns 0 for a text that is not a number. is_sane() refuses a cost with a 0.
unsigned number(std::string_view text) { return parse_number<unsigned>(text).value_or(0); }

std::string stored_text(const Cost& cost, std::string_view salt, std::string_view hash) {
  std::string stored = "scrypt$" + std::to_string(cost.log_n) + '$' + std::to_string(cost.r) + '$' +
                       std::to_string(cost.p) + '$';
  append_base64(salt, stored);
  stored += '$';
  append_base64(hash, stored);
  return stored;
}

}  // namespace

std::string unmatched_password(unsigned log_n) {
  const Cost cost{.log_n = log_n};
  return stored_text(cost, std::string(kSaltBytes, '\0'), std::string(kHashBytes, '\0'));
}

Result<std::string> hash_password(std::string_view password, unsigned log_n) {
  std::string salt(kSaltBytes, '\0');
  SERAI_ASSERT(RAND_bytes(reinterpret_cast<unsigned char*>(salt.data()), kSaltBytes) == 1);
  const Cost cost{.log_n = log_n};
  SERAI_ASSERT(is_sane(cost));
  const auto hash = derive(password, salt, cost);
  if (!hash) return {Errc::resource_exhausted, "No memory to hash a password, try again."};
  return stored_text(cost, salt, *hash);
}

bool password_matches(std::string_view password, std::string_view stored) {
  const auto parts = split(stored);
  if (parts.size() != 6 || parts[0] != "scrypt") return false;
  const Cost cost{number(parts[1]), number(parts[2]), number(parts[3])};
  const auto salt = decode_base64(parts[4]);
  const auto expected = decode_base64(parts[5]);
  if (!is_sane(cost) || !salt || !expected || expected->size() != kHashBytes) return false;
  const auto hash = derive(password, *salt, cost);
  return hash && CRYPTO_memcmp(hash->data(), expected->data(), kHashBytes) == 0;
}

}  // namespace serai::session
