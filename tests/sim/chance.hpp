// Chance: the random numbers of the simulation. A seed gives the same numbers with every standard
// library, because the distributions are written here.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace serai::sim {

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : generator_(seed) {}

  std::uint64_t number() { return generator_(); }
  int pick(int low, int high) {  // both included
    const auto span = static_cast<std::uint64_t>(high - low) + 1;
    return low + static_cast<int>(generator_() % span);
  }
  bool percent(int likely) { return pick(1, 100) <= likely; }
  template <class T>
  const T& of(const std::vector<T>& all) {
    return all[generator_() % all.size()];
  }

 private:
  std::mt19937_64 generator_;
};

}  // namespace serai::sim
