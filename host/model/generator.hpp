// Generator: random numbers of an entity. A restored entity draws the same numbers again.
//
// Source  SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators",
//         OOPSLA 2014).
// Thread  plain value: any.
#pragma once

#include <cstdint>

namespace serai {

// Counter-based generator (SplitMix64 over seed + counter): its whole state is two numbers.
struct Generator {
  std::uint64_t seed = 0;
  std::uint64_t counter = 0;
  std::uint64_t next();
};

}  // namespace serai
