#include "base/last_words.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>

namespace serai {
namespace {

std::array<char, 256> words{};
std::atomic<bool> said{false};
std::atomic<bool> reported{false};

}  // namespace

void say_last_words(std::string_view text) noexcept {
  if (said.exchange(true)) return;
  std::copy_n(text.data(), std::min(text.size(), words.size() - 1), words.begin());
  if (!reported) std::fprintf(stderr, "serai: %s\n", words.data());
}

const char* last_words() noexcept { return words.data(); }

void report_last_words() noexcept { reported = true; }

}  // namespace serai
