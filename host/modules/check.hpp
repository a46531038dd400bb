// Check: judges modules and releases without a server, by the code that gates production.
//
//   host check battle.so                          rules, load, self-test, fresh entities; in a
//   child process host check releases/v1.1.0 [--against v1.0.0]  all modules, and what they would
//   break host check --write-manifest releases/v1.1.0   writes manifest.json for the .so files in
//   it
//
// Errors  what a check finds is in its report; Results carry what kept it from running.
// Thread  any; blocking.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "modules/probe.hpp"

namespace serai {

struct CheckReport {
  bool passed = false;
  std::string text;  // one line per finding, for a person
};

// `path`: a module file or a release. `against`: a release that runs, or empty.
CheckReport check_offline(const std::filesystem::path& path,
                          const std::filesystem::path& against,
                          const ProbeOptions& options);

// What no file of a release can tell.
struct ReleaseWishes {
  std::map<std::string, MovePolicy> policies;  // by module
  std::vector<std::string> allow_breaking;
  bool irreversible = false;
};

// The text of manifest.json for the .so files in `folder`. What an earlier manifest.json there
// says is kept, but for the policies that `wanted` names.
Result<std::string> describe_release(const std::filesystem::path& folder,
                                     const std::string& name,
                                     const ReleaseWishes& wanted = {});

// Writes it; an empty name takes the folder's. Takes group and world write permission from the
// files.
Result<std::string> write_release_manifest(const std::filesystem::path& folder,
                                           const std::string& name,
                                           const ReleaseWishes& wanted = {});

}  // namespace serai
