// SwapPlan: what a release would change against what runs, found without executing anything.
//
// Errors  failed_precondition with every reason, one a line.
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

// One module as it runs: what a swap compares against.
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
  // The release has served before and comes back: what newer ones added may go away with them.
  bool returning = false;
};

// VERIFY: every file of the release, changed or not, must be sound; a release is all or nothing.
Result<SwapPlan> plan_swap(const Release& release, const LiveSet& live);

// How the entities of a changed module come to it. Two generations that serve side by side must
// read what the former writes; a release that comes back and cannot, moves all at once.
abi::MovePolicy policy_of(const SwapPlan& plan,
                          const loading::VerifiedModule& next,
                          const LiveSet& live);

// CONTRACT: the changed modules against the live ones, and all modules of the release together.
Result<> check_plan(const SwapPlan& plan, const LiveSet& live);

// One text for the contents of a release, whatever its name: equal digests run equal code.
std::string digest_of(const Release& release);
std::string digest_of(const LiveSet& live);

}  // namespace serai::release
