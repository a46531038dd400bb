// Keyed hash: for tables whose keys a client chooses.
//
// With std::hash anybody can make thousands of keys that fall into one bucket, and every look-up
// then walks through them. This hash depends on a key that each process draws anew, so nobody
// outside can choose keys that collide. The function is SipHash-1-3 (Aumasson, Bernstein: "SipHash:
// a fast short-input PRF", 2012; one and three rounds as in the tables of other runtimes).
//
// A value is used in this process alone: it is never stored, and nothing that must be repeatable
// (placement, generators) depends on it.
//
// Thread  any. fix_hash_key(): before the first hash is taken.
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

// For simulations, which must walk their tables in the same order every time.
void fix_hash_key(std::uint64_t key);

struct KeyedTextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return static_cast<std::size_t>(keyed_hash(text));
  }
};

}  // namespace serai
