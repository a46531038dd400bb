// Golden: states that released versions wrote, for every module and schema. They are never
// rewritten; a new schema adds its own. <module>/golden/expected.txt has one line per state: name,
// kind, key, schema, hash of the recorded bytes, hash of the bytes that the newest version writes
// for it.
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
  std::uint64_t hash_new = 0;  // of the bytes that the newest version writes for the state
};

// FNV-1a with 64 bits (Fowler, Noll, Vo).
std::uint64_t hash_of(const std::string& bytes);

std::vector<Golden> read_golden(const std::string& module);
// The states of one schema; 0: all.
std::vector<serai::testing::Recorded> states_of(const std::vector<Golden>& golden,
                                                std::uint32_t schema = 0);
// Adds states to the module's golden folder.
void add_golden(const std::string& module, const std::vector<Golden>& states);

}  // namespace game_test
