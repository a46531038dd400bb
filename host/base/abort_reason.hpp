// The reason for which the process ends itself, saved for the report of its crash.
//
// Thread  any; nothing allocates.
#pragma once

#include <string_view>

namespace serai {

// Cut at 255 bytes; the first reason stays. It goes to standard error at once, until a crash report
// is there to show it.
void set_abort_reason(std::string_view text) noexcept;
const char* abort_reason() noexcept;  // empty when there is none

// From now on a crash report shows the reason, and standard error does not.
void leave_abort_reason_to_report() noexcept;

}  // namespace serai
