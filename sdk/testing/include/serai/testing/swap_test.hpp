// Swap tests and tests of states: what a release must pass before it may replace another.
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

// A state as a version once wrote it.
struct Recorded {
  std::string kind;
  std::string key;
  std::uint32_t schema = 1;
  std::string bytes;
};

struct Report {
  std::vector<std::string> findings;
  std::size_t checked = 0;
  std::size_t refused = 0;  // states the module refused with a reason, where it may

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

// For every state: the old version reads it, the new one reads what that wrote, writes it in its
// own schema and reads that again; then the state goes back to the old version, where it must be
// the same as before.
Report swap_test(const Subject& old_version,
                 const Subject& new_version,
                 const std::vector<Recorded>& states);

// The way back, for states that only the new version wrote. The new version writes a state in the
// old schema, the old version reads it and writes it unchanged, and the new version reads it again
// with every field that both know unchanged. The new version may refuse to write a state in the old
// schema; `refused` counts these.
Report rollback_test(const Subject& old_version,
                     const Subject& new_version,
                     const std::vector<Recorded>& states);

// Import and export: nothing is lost, and the same state gives the same bytes each time.
Report round_trip_test(const Subject& module, const std::vector<Recorded>& states);

// Each state is cut short at every byte, and has every bit flipped. The module must refuse it with
// a reason, or read it as a state that it can write and read again, and must leak no memory.
// Sanitizers find more, so run it under them too.
Report damage_test(const Subject& module, const std::vector<Recorded>& states);

}  // namespace serai::testing
