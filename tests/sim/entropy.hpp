// Entropy: while an object lives, OpenSSL's random bytes come from its seed, so that ids and tokens
// are the same in every run.
//
// Thread  one. At most one object at a time in a process.
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
