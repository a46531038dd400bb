#include "base/uuid.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <cstring>

#include "base/assert.hpp"
#include "base/hex.hpp"
#include "base/keyed_hash.hpp"

namespace serai {
namespace {

constexpr std::array<std::uint8_t, 16> kDnsNameSpace{
    0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8};

// RFC 4122 section 4.1: version in the high bits of byte 6, variant in those of byte 8.
Uuid with_version(std::array<std::uint8_t, 16> bytes, std::uint8_t version) {
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | (version << 4));
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
  return Uuid(bytes);
}

bool is_dash_position(std::size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

// The digits of every byte: "00", "01", … "ff".
constexpr std::array<char, 512> make_hex_pairs() {
  std::array<char, 512> pairs{};
  for (std::size_t byte = 0; byte < 256; ++byte) {
    pairs[byte * 2] = kHexDigits[byte >> 4];
    pairs[byte * 2 + 1] = kHexDigits[byte & 15];
  }
  return pairs;
}
constexpr std::array<char, 512> kHexPairs = make_hex_pairs();

// The text of the nil id.
constexpr std::array<char, 36> make_nil_text() {
  constexpr std::string_view kText = "00000000-0000-0000-0000-000000000000";
  std::array<char, 36> text{};
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = kText[i];
  return text;
}
constexpr std::array<char, 36> kNilText = make_nil_text();
// The positions in a text of the two digits of each byte.
constexpr std::array<std::uint8_t, 16> kTextAt{
    0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34};

}  // namespace

Uuid Uuid::make_random() {
  // One call fills the pool for 64 ids.
  thread_local std::array<std::uint8_t, 1024> pool;
  thread_local std::size_t used = pool.size();
  if (used == pool.size()) {
    SERAI_ASSERT(RAND_bytes(pool.data(), static_cast<int>(pool.size())) == 1);
    used = 0;
  }
  std::array<std::uint8_t, 16> bytes{};
  std::memcpy(bytes.data(), pool.data() + used, bytes.size());
  used += bytes.size();
  return with_version(bytes, 4);
}

Uuid Uuid::make_named(std::string_view name) {
  std::string input(reinterpret_cast<const char*>(kDnsNameSpace.data()), kDnsNameSpace.size());
  input += name;
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  SERAI_ASSERT(EVP_Digest(input.data(), input.size(), digest.data(), &size, EVP_sha1(), nullptr) ==
               1);
  std::array<std::uint8_t, 16> bytes{};
  std::memcpy(bytes.data(), digest.data(), bytes.size());
  return with_version(bytes, 5);
}

Uuid Uuid::from_random(std::uint64_t high, std::uint64_t low) {
  std::array<std::uint8_t, 16> bytes{};
  std::memcpy(bytes.data(), &high, 8);
  std::memcpy(bytes.data() + 8, &low, 8);
  return with_version(bytes, 4);
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  std::array<std::uint8_t, 16> bytes{};
  std::size_t out = 0;
  for (std::size_t i = 0; i < text.size();) {
    if (is_dash_position(i)) {
      if (text[i] != '-') return std::nullopt;
      ++i;
      continue;
    }
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes[out++] = static_cast<std::uint8_t>(high * 16 + low);
    i += 2;
  }
  return Uuid(bytes);
}

std::string Uuid::text() const {
  std::array<char, 36> out{};
  write_text(out);
  return {out.data(), out.size()};
}

void Uuid::write_text(std::array<char, 36>& out) const {
  out = kNilText;
  for (std::size_t i = 0; i < bytes_.size(); ++i) {
    std::memcpy(out.data() + kTextAt[i], kHexPairs.data() + std::size_t{bytes_[i]} * 2, 2);
  }
}

std::size_t Uuid::hash() const {
  const auto* bytes = reinterpret_cast<const char*>(bytes_.data());
  return static_cast<std::size_t>(keyed_hash({bytes, bytes_.size()}));
}

}  // namespace serai
