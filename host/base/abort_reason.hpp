// The reason for which the process ends itself, saved for the crash report.
//
// Thread  any; nothing allocates.
#pragma once

#include <string_view>

namespace serai {

// Cut at 255 bytes; the first reason stays. It is written to standard error at once, unless a crash
// report will have it.
void set_abort_reason(std::string_view text) noexcept;
const char* abort_reason() noexcept;  // empty when there is none

// From now on the reason is in the crash report and not written to standard error.
void leave_abort_reason_to_report() noexcept;

}  // namespace serai
