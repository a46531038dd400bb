// Dry run: what a swap would do and cost, reported without doing it.
//
//   {"dry_run":true,"verdict":"passes","reason":"","from":"v1.0.0","to":"v1.1.0","modules":[…],
//    "kinds":[{"kind":"battle","entities":12,"stored":40,"state_bytes":8192,"schema":"1 -> 2",…}],
//    "entities":12,"state_bytes":8192,"differences":[…],"divergences":[…],"warnings":[…],
//    "stages":[…]}
//
// verdict    passes, refused (`reason` has the cause), unchanged (all of it runs already)
// entities   those in memory, which would move by the module's policy; `stored` counts the stored
//            ones that were tried too and would not move
// divergences   matches whose replayed messages end differently under the new version. "replayed",
//            "replayed_messages" and "diverged" of a kind count them; "unsteady" counts matches
//            that end differently on each replay by the live version itself
// import_us, export_us   mean per entity, by the new version, in the probe; a move makes a player
//            wait about as long
// Thread     pure.
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
  std::map<std::string, std::string> policies = {};  // by module
  std::map<std::string, std::string> schemas = {};   // by kind: "1 -> 2"
  std::vector<std::string> warnings = {};
};

// `plan` is null when the release was refused.
DryRun describe_dry_run(SwapReport report,
                        const release::SwapPlan* plan,
                        const release::LiveSet& live);

std::string_view verdict_text(SwapOutcome outcome);

}  // namespace serai::swap
