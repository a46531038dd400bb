// Swap tests and properties of states: what a release must pass before it may replace another.
//
//   const auto report = swap_test(SERAI_MODULE_battle_v1, SERAI_MODULE_battle_v2, recorded);
//   INFO(report.text());
//   CHECK(report.ok());
//
// Errors  findings are collected in the report; only a broken set-up throws.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "serai/abi.h"
#include "serai/testing/world.hpp"

namespace serai::testing {

// A state as it was once written.
struct Recorded {
  std::string kind;
  std::string key;
  std::uint32_t schema = 1;
  std::string bytes;
};

struct Report {
  std::vector<std::string> findings;
  std::size_t checked = 0;

  bool ok() const { return findings.empty() && checked > 0; }
  std::string text() const;
};

// A module to test: a file, or an entry that is linked in.
struct Subject {
  Subject(const char* file) : path(file) {}                // NOLINT(google-explicit-constructor)
  Subject(std::string file) : path(std::move(file)) {}     // NOLINT(google-explicit-constructor)
  Subject(const serai_module& module) : entry(&module) {}  // NOLINT(google-explicit-constructor)

  std::string path;
  const serai_module* entry = nullptr;
};

// For every state: the old version reads it, the new one takes it over, writes it in its own schema
// and reads that again; then it goes back to the old version, which must say what it said before.
Report swap_test(const Subject& old_version,
                 const Subject& new_version,
                 const std::vector<Recorded>& states);

// Import, export, import: the bytes are equal, twice.
Report round_trip_test(const Subject& module, const std::vector<Recorded>& states);

// Each state cut short at every byte, and with every bit flipped (of the first `bytes_max` bytes):
// the module must refuse it or read it, and what it reads it must be able to write. Run under
// sanitizers.
Report damage_test(const Subject& module,
                   const std::vector<Recorded>& states,
                   std::size_t bytes_max = 512);

}  // namespace serai::testing
