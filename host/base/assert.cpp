#include "base/assert.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>

#include "base/abort_reason.hpp"

namespace serai {

void assertion_failed(const char* condition, const char* file, int line) noexcept {
  std::array<char, 256> text{};
  std::snprintf(text.data(), text.size(), "invariant broken: %s (%s:%d)", condition, file, line);
  set_abort_reason(text.data());
  std::abort();
}

}  // namespace serai
