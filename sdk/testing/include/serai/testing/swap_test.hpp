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
  std::size_t refused = 0;  // by the module, with a reason, where it may

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

// The way back, for states that only the new version wrote: what it writes for the old one, the old
// one reads, writes as it got it, and the new one takes up again with nothing changed that both
// know. A state may be refused to be written in the old schema; `refused` counts them.
Report rollback_test(const Subject& old_version,
                     const Subject& new_version,
                     const std::vector<Recorded>& states);

// Import and export: nothing is lost, the same state gives the same bytes each time, and they come
// back as they were.
Report round_trip_test(const Subject& module, const std::vector<Recorded>& states);

// Each state cut short at every byte, and with every bit flipped: the module must refuse it and say
// why, or read it to something that it can write and read again, and must leave no memory behind.
// Sanitizers see more, so run it under them too.
Report damage_test(const Subject& module, const std::vector<Recorded>& states);

}  // namespace serai::testing
