// Check: judges modules and releases without a server, by the code that gates production.
//
//   host check battle.so [--against OLD] [--states DIR]
//   host check releases/v1.1.0 [--against OLD] [--states DIR]
//
// Both run the stages verify, contract and rehearse of a swap. OLD takes the place of the running
// release, DIR the place of its entities.
//
//   host check --write-manifest releases/v1.1.0   writes manifest.json for the .so files in it
//
// Errors  findings are in the report; a Result fails only when the check itself could not run.
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
  // The settings that each readable module declares, changed or not.
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
  std::filesystem::path against{};  // likewise; stands for what runs; empty: nothing runs
  std::filesystem::path states{};   // saved states (kept_state.hpp) to try; or empty
  ReleaseWishes wishes{};           // for a module file; a release has its own
};

CheckReport check_offline(const CheckRequest& request, const rehearsal::ProbeOptions& options);

// The text of manifest.json for the .so files in `folder`. Options of an earlier manifest.json are
// kept; policies in `wanted` replace those.
Result<std::string> describe_release(const std::filesystem::path& folder,
                                     const std::string& name,
                                     const ReleaseWishes& wanted = {});

// Writes manifest.json; an empty name means the folder's name. Makes the files read-only, because
// a release must not change.
Result<std::string> write_release_manifest(const std::filesystem::path& folder,
                                           const std::string& name,
                                           const ReleaseWishes& wanted = {});

}  // namespace serai::swap
