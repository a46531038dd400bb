// Swap tests and tests of states, which a release should pass before it replaces another one.
//
//   const auto report = swap_test(SERAI_MODULE_battle_v1, SERAI_MODULE_battle_v2, recorded);
//   INFO(report.text());
//   CHECK(report.ok());
//
// Errors  findings are collected in the report. Only a set-up that fails throws std::runtime_error.
// Thread  one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "serai/abi.h"
#include "serai/testing/world.hpp"

namespace serai::testing {

// A state that a released version wrote.
struct Recorded {
  std::string kind;
  std::string key;
  std::uint32_t schema = 1;
  std::string bytes;
};

struct Report {
  std::vector<std::string> findings;
  std::size_t checked = 0;
  std::size_t refused = 0;  // states refused with a reason, where a refusal is no finding

  bool ok() const { return findings.empty() && checked > 0; }
  std::string text() const;
};

// The module under test: a file, or a linked-in entry.
struct Subject {
  Subject(const char* file) : path(file) {}                // NOLINT(google-explicit-constructor)
  Subject(std::string file) : path(std::move(file)) {}     // NOLINT(google-explicit-constructor)
  Subject(const serai_module& module) : entry(&module) {}  // NOLINT(google-explicit-constructor)

  std::string path;
  const serai_module* entry = nullptr;
};

// Takes each state from the old version to the new one and back. The new version must read it, and
// must read its own export again unchanged. After the way back the old version's state must be the
// same as before.
Report swap_test(const Subject& old_version,
                 const Subject& new_version,
                 const std::vector<Recorded>& states);

// The way back, for states that only the new version wrote. The new version writes a state in the
// old schema, the old version reads it and writes it unchanged, and the new version reads it again.
// Every field that both versions have must be unchanged. The new version may refuse to write a
// state in the old schema; `refused` counts these refusals.
Report rollback_test(const Subject& old_version,
                     const Subject& new_version,
                     const std::vector<Recorded>& states);

// Imports and exports each state. Nothing may be lost, and one state must always give the same
// bytes.
Report round_trip_test(const Subject& module, const std::vector<Recorded>& states);

// Cuts each state short at every byte, and flips each of its bits. The module must refuse a damaged
// state with a reason, or read it as a state that it can write and read again. It must leak no
// memory. Under sanitizers the test finds more errors.
Report damage_test(const Subject& module, const std::vector<Recorded>& states);

}  // namespace serai::testing
