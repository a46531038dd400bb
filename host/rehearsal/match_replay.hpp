// Replays a dumped match under any version of its module, without a server: one version alone, with
// a line for each message, or two versions, whose results are compared.
//
// A replay runs the module in this process, so that it can be followed in a debugger. A comparison
// runs in a probe, with its limits.
//
// Errors  not_found: the release has no module with the match's kind. failed_precondition: there is
//         nothing to replay, or the version cannot read the state. Else those of files and modules.
// Thread  one; blocking.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "ports/swap_control.hpp"
#include "rehearsal/probe.hpp"

namespace serai::rehearsal {

struct MatchReplay {
  std::vector<std::string> lines;  // one for each message that was handled
  // The reason why the state in the end is not that of the dump; empty: it is, byte for byte.
  std::string difference;
};

// The module file in `release` (a folder, or a module file) that has this kind.
Result<std::filesystem::path> find_module(const std::filesystem::path& release,
                                          const std::string& kind);

Result<MatchReplay> replay_match(const ExportedEntity& match, const std::filesystem::path& module);

// The first differences between the results of two module files, `before` and `after`; empty: there
// are none. Results are replies, effects, and the state in the end.
Result<std::string> compare_replays(const ExportedEntity& match,
                                    const std::filesystem::path& before,
                                    const std::filesystem::path& after,
                                    const ProbeOptions& options);

}  // namespace serai::rehearsal
