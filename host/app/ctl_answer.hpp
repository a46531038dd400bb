// Functions that read members of the host's JSON answers, for `host ctl`. A member may be missing
// or have another type when the host has another version. It is then read as an empty text, as 0,
// or as no outcome.
//
// Thread  any; pure.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "swap/swap_stage.hpp"

namespace serai::app {

std::string read_text(const nlohmann::ordered_json& json, const char* name);
std::int64_t read_number(const nlohmann::ordered_json& json, const char* name);

std::optional<swap::SwapOutcome> read_outcome(const nlohmann::ordered_json& report);
// failed_precondition with the note as its text when the swap's report has one. A note names a part
// of the swap that will not last, such as a link that could not be moved.
Result<> judge_note(const nlohmann::ordered_json& report);

}  // namespace serai::app
