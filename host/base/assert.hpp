// SERAI_ASSERT: aborts on a broken invariant of the host, in every build. It never judges input.
#pragma once

namespace serai {
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line) noexcept;
}

#define SERAI_ASSERT(condition)           \
  (static_cast<bool>(condition) ? void(0) \
                                : ::serai::assertion_failed(#condition, __FILE__, __LINE__))
