// ModuleRehearsal: one module in the probe, the same for a swap and for `host check`: what the
// probe is told, and how its verdict reads.
//
// Errors  run_probe(): what kept it from being tried; all else is the Verdict.
// Thread  as Probe; the texts: any.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "rehearsal/probe.hpp"
#include "release/swap_plan.hpp"

namespace serai::rehearsal {

// `module` of the release; `file`: its private copy. `live` is null when the module is new.
ProbePlan make_probe_plan(const release::Release& release,
                          const loading::VerifiedModule& module,
                          const std::filesystem::path& file,
                          const release::LiveModule* live);

// `feed` hands over the entities, until Probe::feed() says that the verdict stands.
Result<Verdict> run_probe(const ProbePlan& plan,
                          const ProbeOptions& options,
                          const std::function<Result<>(Probe&)>& feed);

// Of a verdict that did not pass: "battle: rehearsal: … (entity battle x, schema 1, live)".
std::string refusal_text(const std::string& module, const Verdict& verdict);
// "12 entities there and back, 40 recorded messages of 2 matches replayed, …"
std::string rehearsal_text(const std::map<std::string, RehearsedKind>& kinds);

}  // namespace serai::rehearsal
