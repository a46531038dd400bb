// ModuleRehearsal: the rehearsal of one module, for a swap and for `host check`: the probe's plan,
// its run, and the texts of its verdict.
//
// Errors  run_probe(): the probe did not start, or `feed` failed. All else is in the Verdict.
// Thread  run_probe(): the loader thread. The others: any.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "rehearsal/probe.hpp"
#include "release/swap_plan.hpp"

namespace serai::rehearsal {

// `module` is part of the release, and `file` is its private copy. `live` is the version that runs
// now; null when the module is new.
ProbePlan make_probe_plan(const release::Release& release,
                          const loading::VerifiedModule& module,
                          const std::filesystem::path& file,
                          const release::LiveModule* live);

// Starts a probe, calls `feed`, and returns the verdict. `feed` passes entities to Probe::feed()
// until that returns false.
Result<Verdict> run_probe(const ProbePlan& plan,
                          const ProbeOptions& options,
                          const std::function<Result<>(Probe&)>& feed);

// The text of a verdict that did not pass:
// "battle: rehearsal: … (entity battle x, schema 1, live)".
std::string refusal_text(const std::string& module, const Verdict& verdict);
// "12 entities moved and read back, 40 recorded messages of 2 matches replayed, …"
std::string rehearsal_text(const std::map<std::string, RehearsedKind>& kinds);

}  // namespace serai::rehearsal
