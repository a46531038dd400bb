// dice: counter-based random numbers. A draw depends on its arguments only, never on earlier draws.
//
// Units   draws are 64 uniform bits. roll() takes them modulo a bound, which must be small.
// Source  splitmix64: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014.
// Thread  any; there is no state.
#pragma once

#include <cstdint>

namespace dice {

// The finaliser of splitmix64: every input bit reaches every output bit.
constexpr std::uint64_t mix(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15U;
  value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9U;
  value = (value ^ (value >> 27U)) * 0x94D049BB133111EBU;
  return value ^ (value >> 31U);
}

// Adds one word to a running hash. The result depends on the order of the words.
constexpr std::uint64_t chain(std::uint64_t hash, std::uint64_t word) {
  return mix(hash ^ mix(word));
}

constexpr std::uint64_t chain(std::uint64_t hash, std::int64_t word) {
  return chain(hash, static_cast<std::uint64_t>(word));
}

// The n-th draw of a unit in a turn.
constexpr std::uint64_t draw(std::uint64_t seed, int turn, int unit, int n) {
  return chain(chain(chain(mix(seed), std::int64_t{turn}), std::int64_t{unit}), std::int64_t{n});
}

// Reduces a draw to a number from 0 to bound - 1.
constexpr int roll(std::uint64_t draw_bits, int bound) {
  return static_cast<int>(draw_bits % static_cast<std::uint64_t>(bound));
}

}  // namespace dice
