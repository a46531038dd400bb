// Abort reason: the text that explains why the process ends itself. It is saved for the crash
// report.
//
// Thread  any. The functions do not allocate, so a signal handler may call abort_reason().
#pragma once

#include <string_view>

namespace serai {

// Saves the first 255 bytes of `text`. Only the first call has an effect, because the first reason
// is the cause. The reason is also written to standard error, unless the crash report will contain
// it.
void set_abort_reason(std::string_view text) noexcept;
const char* abort_reason() noexcept;  // empty: no reason was set

// Stops the output to standard error. The crash handler calls this when it is installed, because
// its report contains the reason.
void leave_abort_reason_to_report() noexcept;

}  // namespace serai
