// SERAI_ASSERT: aborts the process when an invariant of the host is broken, in every build. It is
// never used to check input, because bad input must not end the process.
//
// Thread  any.
#pragma once

namespace serai {
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line) noexcept;
}

#define SERAI_ASSERT(condition)           \
  (static_cast<bool>(condition) ? void(0) \
                                : ::serai::assertion_failed(#condition, __FILE__, __LINE__))
