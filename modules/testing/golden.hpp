// Golden: recorded states of schema 1, and what they must become. One line per state in
// expected.txt: name, kind, key, hash of the recorded bytes, hash of what version 2 writes.
//
// Thread  one.
#pragma once

#include <cstdint>
#include <serai/testing/swap_test.hpp>
#include <string>
#include <vector>

namespace game_test {

struct Golden {
  std::string name;
  serai::testing::Recorded state;
  std::uint64_t hash = 0;      // of the recorded bytes
  std::uint64_t hash_new = 0;  // of the same state in schema 2
};

// FNV-1a, 64 bits.
std::uint64_t hash_of(const std::string& bytes);

std::vector<Golden> read_golden(const std::string& module);
void write_golden(const std::string& module, const std::vector<Golden>& states);

}  // namespace game_test
