// Keyed hash: for tables whose keys are chosen by clients.
//
// With std::hash, a client can make thousands of keys that fall into one bucket, and every look-up
// then walks through all of them. This hash depends on a key that each process draws at random, so
// nobody outside can choose keys that collide.
//
// A hash value is valid in this process only. It is never stored, and nothing that must be
// repeatable (placement, generators) depends on it.
//
// Source  SipHash-1-3: Aumasson, Bernstein, "SipHash: a fast short-input PRF", 2012, with one round
//         per word and three at the end, as in the hash tables of other runtimes.
// Thread  any. fix_hash_key(): before the first hash is computed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace serai {

struct SipKey {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
};

struct SipRounds {
  int per_word = 1;
  int at_end = 3;
};

std::uint64_t sip_hash(SipKey key, std::string_view text, SipRounds rounds = {});

// sip_hash() with the key of this process.
std::uint64_t keyed_hash(std::string_view text);

// Replaces the random key by a fixed one. Simulations need this, because they must walk their
// tables in the same order in every run.
void fix_hash_key(std::uint64_t key);

struct KeyedTextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return static_cast<std::size_t>(keyed_hash(text));
  }
};

}  // namespace serai
