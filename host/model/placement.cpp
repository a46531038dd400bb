#include "model/placement.hpp"

#include <cstring>

#include "model/match_id.hpp"

namespace serai {
namespace {

// Adds a text to a hash by the step of MurmurHash64A, with its constant and its shift.
std::uint64_t mixed(std::uint64_t hash, std::string_view text) {
  constexpr std::uint64_t kMultiply = 0xc6a4a7935bd1e995ULL;
  const auto mix = [&hash](std::uint64_t word) {
    word *= kMultiply;
    word ^= word >> 47;
    hash = (hash ^ word * kMultiply) * kMultiply;
  };
  mix(text.size());  // so that "ab", "c" and "a", "bc" differ
  for (; text.size() >= sizeof(std::uint64_t); text.remove_prefix(sizeof(std::uint64_t))) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), sizeof(word));
    mix(word);
  }
  std::uint64_t rest = 0;
  std::memcpy(&rest, text.data(), text.size());
  mix(rest);
  hash ^= hash >> 47;
  hash *= kMultiply;
  return hash ^ (hash >> 47);
}

}  // namespace

std::uint64_t hash_of_address(std::string_view kind, std::string_view key) {
  return mixed(mixed(0, kind), key);
}

std::uint32_t shard_of(std::string_view kind, std::string_view key, std::uint32_t shard_count) {
  return static_cast<std::uint32_t>(hash_of_address(kind, key) % shard_count);
}

std::uint32_t shard_of_stream(const StreamId& stream, std::uint32_t shard_count) {
  if (stream.mode != StreamMode::match_authoritative) {
    return shard_of("", stream.subject.text(), shard_count);
  }
  const MatchId match = MatchId::of(stream);
  return shard_of(match.kind, match.key, shard_count);
}

}  // namespace serai
