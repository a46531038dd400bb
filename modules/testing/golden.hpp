// Golden: states as released versions wrote them, for every module and schema. They are never
// rewritten; a new schema adds its own. One line per state in <module>/golden/expected.txt: name,
// kind, key, schema, hash of the recorded bytes, hash of what the newest version writes for it.
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
  std::uint64_t hash_new = 0;  // of the same state as the newest version writes it
};

// FNV-1a, 64 bits.
std::uint64_t hash_of(const std::string& bytes);

std::vector<Golden> read_golden(const std::string& module);
// The states of one schema; 0: all.
std::vector<serai::testing::Recorded> states_of(const std::vector<Golden>& golden,
                                                std::uint32_t schema = 0);
// Adds states to the module's golden ones.
void add_golden(const std::string& module, const std::vector<Golden>& states);

}  // namespace game_test
