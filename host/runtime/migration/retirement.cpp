#include "runtime/migration/retirement.hpp"

#include <algorithm>
#include <utility>

#include "runtime/shard/shard_services.hpp"

namespace serai::runtime {

void Retirement::await(std::vector<const LoadedGeneration*> former, Work unused) {
  former_ = std::move(former);
  unused_ = std::move(unused);
  check_later();
}

// Checks in a later turn, because functions of the code may still be on the stack.
void Retirement::check_later() {
  if (std::exchange(checks_soon_, true)) return;
  services_.shard.post([this] { check(); });
}

void Retirement::check() {
  checks_soon_ = false;
  const std::uint32_t here = services_.shard.index();
  const bool is_used = std::ranges::any_of(former_, [here](const LoadedGeneration* one) {
    return one->figures(here).entities != 0 || one->figures(here).pins != 0;
  });
  if (is_used || !unused_) return;
  former_.clear();
  std::exchange(unused_, nullptr)();
}

}  // namespace serai::runtime
