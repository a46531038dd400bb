#include "base/keyed_hash.hpp"

#include <catch2/catch.hpp>
#include <cstring>
#include <functional>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/uuid.hpp"

namespace {

constexpr std::uint64_t kMurmur = 0xc6a4a7935bd1e995ULL;  // the multiplier in libstdc++'s std::hash

std::uint64_t inverse(std::uint64_t odd) {
  std::uint64_t x = odd;
  for (int i = 0; i < 6; ++i) x *= 2 - odd * x;
  return x;
}

std::uint64_t scrambled(std::uint64_t word) {
  word *= kMurmur;
  return (word ^ (word >> 47)) * kMurmur;
}
std::uint64_t unscrambled(std::uint64_t word) {
  word *= inverse(kMurmur);
  return (word ^ (word >> 47)) * inverse(kMurmur);
}

// Texts of 16 bytes with the same std::hash: the second word cancels the effect of the first.
std::vector<std::string> colliding(std::size_t count) {
  const std::uint64_t start = 0xc70f6907ULL ^ (16 * kMurmur);
  std::vector<std::string> texts;
  for (std::uint64_t first = 1; texts.size() < count; ++first) {
    const std::uint64_t second = unscrambled((start ^ scrambled(first)) * kMurmur);
    std::string text(16, '\0');
    std::memcpy(text.data(), &first, 8);
    std::memcpy(text.data() + 8, &second, 8);
    texts.push_back(std::move(text));
  }
  return texts;
}

template <class Set>
std::size_t fullest_bucket(const Set& set) {
  std::size_t most = 0;
  for (std::size_t i = 0; i < set.bucket_count(); ++i) most = std::max(most, set.bucket_size(i));
  return most;
}

}  // namespace

TEST_CASE("keys chosen to collide do so under std::hash and not under the keyed hash", "[base]") {
  const std::vector<std::string> texts = colliding(5'000);

  const std::unordered_set<std::string> plain(texts.begin(), texts.end());
  const std::unordered_set<std::string, serai::KeyedTextHash> keyed(texts.begin(), texts.end());

  REQUIRE(plain.size() == 5'000);
  CHECK(fullest_bucket(plain) == 5'000);
  CHECK(fullest_bucket(keyed) < 16);
}

TEST_CASE("ids chosen to collide under an unkeyed mix do not", "[base]") {
  std::set<std::size_t> hashes;
  for (std::uint64_t low = 0; low < 5'000; ++low) {
    const std::uint64_t high = low * 0x9e3779b97f4a7c15ULL;  // cancels a multiplicative mix
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), &high, 8);
    std::memcpy(bytes.data() + 8, &low, 8);
    hashes.insert(serai::Uuid(bytes).hash());
  }

  CHECK(hashes.size() == 5'000);
}

TEST_CASE("the construction is SipHash", "[base]") {
  // The paper's appendix A: SipHash-2-4 of 00 01 .. 0e under the key 00 01 .. 0f.
  std::string text;
  for (char byte = 0; byte < 15; ++byte) text += byte;
  const serai::SipKey key{0x0706050403020100ULL, 0x0f0e0d0c0b0a0908ULL};

  CHECK(serai::sip_hash(key, text, {2, 4}) == 0xa129ca6149be45e5ULL);
}
