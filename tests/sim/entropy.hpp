// Entropy: while it lives, OpenSSL's random bytes come from a seed, so that ids and tokens repeat.
//
// Thread  one; one at a time in a process.
#pragma once

#include <cstdint>

namespace serai::sim {

class Entropy {
 public:
  explicit Entropy(std::uint64_t seed);
  ~Entropy();
  Entropy(const Entropy&) = delete;
  Entropy& operator=(const Entropy&) = delete;
};

}  // namespace serai::sim
