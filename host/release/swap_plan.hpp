// SwapPlan: what a release would change in what runs, found without executing module code.
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

// One running module, which a swap compares its new version with.
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
  // The release has served before and comes back, so what newer ones added may go away again.
  bool returning = false;
};

// VERIFY: every file of the release must be sound, changed or not, because a release is loaded as a
// whole.
Result<SwapPlan> plan_swap(const Release& release, const LiveSet& live);

// How the entities of a changed module move to it. Under `drain` and `canary` two generations serve
// side by side, and the new one must read what the former writes. A release that comes back and
// cannot read that is moved `rolling` instead.
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
