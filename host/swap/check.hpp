// Check: checks modules and releases without a server, by the code that a swap runs.
//
//   host check battle.so [--against OLD] [--states DIR]
//   host check releases/v1.1.0 [--against OLD] [--states DIR]
//
// Both run the stages verify, contract and rehearse. OLD takes the place of the running release,
// DIR the place of its entities.
//
//   host check --write-manifest releases/v1.1.0   writes manifest.json for the .so files in it
//
// Errors  check_offline(): the report has the findings, and the reason if the check could not run.
//         The others: not_found, invalid_argument, and the errors of files.
// Thread  any; blocking.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "abi/contract.hpp"
#include "base/result.hpp"
#include "rehearsal/probe.hpp"

namespace serai::swap {

struct CheckReport {
  bool passed = false;
  std::string text;  // one line per finding, for a person
  // The settings that each readable module declares, by module. Unchanged modules are included.
  std::map<std::string, std::vector<abi::SettingContract>> settings = {};
};

// Options of a release that its module files do not contain.
struct ReleaseWishes {
  std::map<std::string, abi::MovePolicy> policies;  // by module
  std::vector<std::string> allow_breaking;
  bool irreversible = false;
  bool refuse_divergence = false;
  std::map<std::string, std::set<std::string>> refuse_divergence_of{};  // kinds by module
};

struct CheckRequest {
  std::filesystem::path path;       // a module file or a release
  std::filesystem::path against{};  // a module file or a release that counts as running; or empty
  std::filesystem::path states{};   // folder of saved states (saved_state.hpp) to try; or empty
  ReleaseWishes wishes{};           // for a module file; the manifest of a release has its own
};

CheckReport check_offline(const CheckRequest& request, const rehearsal::ProbeOptions& options);

// Returns the text of manifest.json for the .so files in `folder`. Options of an earlier
// manifest.json stay; policies in `wanted` replace earlier ones.
Result<std::string> describe_release(const std::filesystem::path& folder,
                                     const std::string& name,
                                     const ReleaseWishes& wanted = {});

// Writes manifest.json and returns its text. An empty name means the folder's name. The files
// become read-only, because a release must not change.
Result<std::string> write_release_manifest(const std::filesystem::path& folder,
                                           const std::string& name,
                                           const ReleaseWishes& wanted = {});

}  // namespace serai::swap
