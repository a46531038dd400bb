// Dry run: reports the effects and the cost of a swap without doing it.
//
//   {"dry_run":true,"verdict":"passes","reason":"","from":"v1.0.0","to":"v1.1.0","modules":[…],
//    "kinds":[{"kind":"battle","entities":12,"stored":40,"state_bytes":8192,"schema":"1 -> 2",…}],
//    "entities":12,"state_bytes":8192,"differences":[…],"divergences":[…],"warnings":[…],
//    "stages":[…]}
//
// verdict        passes; refused: `reason` has the cause; unchanged: all modules run already
// entities       the entities in memory, which would move by the policy of their module
// stored         the stored entities that were tried too; they would not move
// divergences    the matches whose replayed messages lead to another end under the new version
// replayed       of a kind: the replayed matches. "replayed_messages" counts their messages,
//                "diverged" the divergences, "unsteady" the matches that end differently on each
//                replay by the live version itself
// import_us      mean time of an import by the new version, per entity, in the probe. export_us is
//                that of an export. When an entity moves, a player waits about as long
//
// Thread  any; pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "release/swap_plan.hpp"
#include "swap/swap_report.hpp"

namespace serai::swap {

struct DryRun {
  SwapReport report;
  std::map<std::string, std::string> policies = {};  // by module, as in manifest.json
  std::map<std::string, std::string> schemas = {};   // by kind: "1 -> 2"
  std::vector<std::string> warnings = {};
};

// `plan` is null when the release was refused.
DryRun describe_dry_run(SwapReport report,
                        const release::SwapPlan* plan,
                        const release::LiveSet& live);

std::string_view verdict_text(SwapOutcome outcome);

}  // namespace serai::swap
