// KeptState: one entity in a folder of its own, as a refusal leaves it and as `host check --states`
// reads it again.
//
//   entity.json     {"kind":"battle","key":"…","schema":1,"live":true}
//   state.bin       the state, in that schema
//   recording.bin   what it had lately handled; only where that was recorded
//
// Errors  not_found: no state there; invalid_argument: the file that is damaged; else the system's.
// Thread  any; blocking.
#pragma once

#include <filesystem>
#include <vector>

#include "base/result.hpp"
#include "ports/swap_control.hpp"

namespace serai::rehearsal {

// Readable by this user only: states are players' data.
Result<> write_kept_state(const std::filesystem::path& folder, const ExportedEntity& entity);

// `folder` is one of these, or a folder of them; in which others, without an entity, are passed
// over.
Result<std::vector<ExportedEntity>> read_kept_states(const std::filesystem::path& folder);

}  // namespace serai::rehearsal
