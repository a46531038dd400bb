// Check: judges modules and releases without a server, by the code that gates production.
//
//   host check battle.so [--against OLD] [--states DIR]
//   host check releases/v1.1.0 [--against OLD] [--states DIR]
//
// Both by the stages of a swap: verify, contract, rehearse. OLD stands for what runs, DIR for its
// entities.
//
//   host check --write-manifest releases/v1.1.0   writes manifest.json for the .so files in it
//
// Errors  what a check finds is in its report; Results carry what kept it from running.
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
  // Declared by each module that could be read, changed or not.
  std::map<std::string, std::vector<abi::SettingContract>> settings = {};
};

// What no file of a release can tell.
struct ReleaseWishes {
  std::map<std::string, abi::MovePolicy> policies;  // by module
  std::vector<std::string> allow_breaking;
  bool irreversible = false;
  bool refuse_divergence = false;
  std::map<std::string, std::set<std::string>> refuse_divergence_of{};  // kinds by module
};

struct CheckRequest {
  std::filesystem::path path;       // a module file or a release
  std::filesystem::path against{};  // likewise, what runs; empty: nothing does
  std::filesystem::path states{};   // kept states (kept_state.hpp) to be tried; or empty
  ReleaseWishes wishes{};           // of a module file; a release has its own
};

CheckReport check_offline(const CheckRequest& request, const rehearsal::ProbeOptions& options);

// The text of manifest.json for the .so files in `folder`. What an earlier manifest.json there
// says is kept, but for the policies that `wanted` names.
Result<std::string> describe_release(const std::filesystem::path& folder,
                                     const std::string& name,
                                     const ReleaseWishes& wanted = {});

// Writes it; an empty name takes the folder's. Makes the files read-only, as those of a release
// are.
Result<std::string> write_release_manifest(const std::filesystem::path& folder,
                                           const std::string& name,
                                           const ReleaseWishes& wanted = {});

}  // namespace serai::swap
