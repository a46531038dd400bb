#include "base/abort_reason.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>

namespace serai {
namespace {

std::array<char, 256> reason{};
std::atomic<bool> is_set{false};
std::atomic<bool> is_left_to_report{false};

}  // namespace

void set_abort_reason(std::string_view text) noexcept {
  if (is_set.exchange(true)) return;
  std::copy_n(text.data(), std::min(text.size(), reason.size() - 1), reason.begin());
  if (!is_left_to_report) std::fprintf(stderr, "serai: %s\n", reason.data());
}

const char* abort_reason() noexcept { return reason.data(); }

void leave_abort_reason_to_report() noexcept { is_left_to_report = true; }

}  // namespace serai
