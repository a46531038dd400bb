// SwapPlan: the changes that a release would make to the running modules. No module code is
// executed to find them.
//
// Errors  failed_precondition with all reasons, one a line.
// Thread  the loader thread; blocking file access.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "loading/verify.hpp"
#include "release/release.hpp"

namespace serai::release {

// One running module. A swap compares the new version with it.
struct LiveModule {
  abi::ModuleContract contract;
  std::string descriptor_set;
  std::filesystem::path file;  // the private copy
  std::string sha256;
  std::string build_id;
  std::string release;
  std::uint64_t generation = 0;
};

struct LiveSet {
  std::string release;
  std::map<std::string, LiveModule> modules;
};

struct SwapPlan {
  Release release;
  std::vector<loading::VerifiedModule> changed;
  // The release has served before and comes back. RPCs and fields that newer releases have added
  // may go away with them.
  bool returning = false;
};

// VERIFY: verifies every file of the release and finds the changed modules. Unchanged files must be
// sound too, because a release is loaded as a whole.
Result<SwapPlan> plan_swap(const Release& release, const LiveSet& live);

// The policy by which the entities of a changed module move. Under `drain` and `canary` two
// generations serve side by side, so the new one must read what the former one writes. A release
// that comes back and cannot do that is moved `rolling` instead.
abi::MovePolicy policy_of(const SwapPlan& plan,
                          const loading::VerifiedModule& next,
                          const LiveSet& live);

// CONTRACT: checks the changed modules against the live ones, and all modules of the release
// against each other.
Result<> check_plan(const SwapPlan& plan, const LiveSet& live);

// A digest of the release's contents without its name: equal digests mean equal code.
std::string digest_of(const Release& release);
std::string digest_of(const LiveSet& live);

}  // namespace serai::release
