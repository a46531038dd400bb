#include "model/generator.hpp"

namespace serai {

std::uint64_t Generator::next() {
  std::uint64_t z = seed + ++counter * 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

}  // namespace serai
