// Swap: one swap under way, with the results of its stages so far.
//
// Units   times are those of Clock::steady_us().
// Thread  plain values; the loader thread.
// Owner   owns the private copies and, from LOAD to COMMIT, the loaded code.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "loading/module_cache.hpp"
#include "release/swap_plan.hpp"
#include "swap/release_memory.hpp"
#include "swap/swap_report.hpp"

namespace serai::swap {

struct LoadedModules {
  std::vector<std::unique_ptr<abi::Generation>> generations;
  std::vector<release::LiveModule> modules;  // in the same order
  std::int64_t open_us = 0;
};

struct Swap {
  SwapReport report;
  release::Release release;
  bool returning = false;  // the release served before
  bool by_name = false;    // the request named the release, so the link is moved to it

  // VERIFY
  release::SwapPlan plan = {};
  std::vector<loading::CachedFile> files = {};  // of plan.changed
  // LOAD
  LoadedModules loaded = {};
  // COMMIT
  std::vector<GenerationFigures> before = {};
  release::LiveSet former = {};
  // PROBATION
  std::int64_t ends_us = 0;
  std::int64_t next_check_us = 0;
  bool way_back_failed = false;  // the last rollback failed; the next one may work
  bool rest_waits = false;       // canary: the other entities have not moved yet
  // The outcome that the fact "attempted" gets when the swap is undone.
  AttemptOutcome becomes = AttemptOutcome::refused;

  bool is_on_probation() const { return report.outcome == SwapOutcome::probation; }
};

}  // namespace serai::swap
