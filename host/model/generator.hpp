// Generator: the random numbers of an entity. Its state is stored with the entity, so a restored
// entity draws the same numbers again.
//
// Source  SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA
//         2014).
// Thread  not thread-safe; plain value.
#pragma once

#include <cstdint>

namespace serai {

// The generator is counter-based: next() mixes the seed and the counter, so its whole state is two
// numbers.
struct Generator {
  std::uint64_t seed = 0;
  std::uint64_t counter = 0;
  std::uint64_t next();
};

}  // namespace serai
