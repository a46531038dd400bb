#include "base/assert.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>

#include "base/last_words.hpp"

namespace serai {

void assertion_failed(const char* condition, const char* file, int line) noexcept {
  std::array<char, 256> text{};
  std::snprintf(text.data(), text.size(), "invariant broken: %s (%s:%d)", condition, file, line);
  say_last_words(text.data());
  std::abort();
}

}  // namespace serai
