// Saved states: one entity in a folder of its own. A refusal and `host ctl match dump` write it;
// `host check --states` and `host ctl match` read it.
//
//   entity.json     {"kind":"battle","key":"…","schema":1,"live":true}
//   state.bin       the state, in that schema
//   recording.bin   the recording of a match; only when there is one
//   host.bin        the host's part: generator, tick, timers, label; only of a dumped match
//
// Errors  not_found: there is no state. invalid_argument names the damaged file. Else the system's
//         message.
// Thread  any; blocking.
#pragma once

#include <filesystem>
#include <vector>

#include "base/result.hpp"
#include "ports/swap_control.hpp"

namespace serai::rehearsal {

// Writes the files into a folder that exists. Only the host's user may read them, because states
// are players' data.
Result<> write_saved_state(const std::filesystem::path& folder, const ExportedEntity& entity);

// Reads the state in `folder`, or the states in all its subfolders. A subfolder without entity.json
// is skipped.
Result<std::vector<ExportedEntity>> read_saved_states(const std::filesystem::path& folder);

}  // namespace serai::rehearsal
