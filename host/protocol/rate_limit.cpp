#include "protocol/rate_limit.hpp"

#include <algorithm>
#include <utility>

namespace serai {

bool TokenBucket::take(const RateLimit& limit, std::int64_t now_us) {
  if (limit.per_second <= 0) return true;
  const double elapsed_s = static_cast<double>(now_us - at_us_) / 1e6;
  at_us_ = now_us;
  used_ = std::max(0.0, used_ - elapsed_s * limit.per_second);
  if (used_ + 1 > limit.burst) return false;
  used_ += 1;
  return true;
}

bool RateLimiter::take(std::uint64_t key, std::int64_t now_us) {
  if (limit_.per_second <= 0) return true;
  if (young_.size() >= keys_max_ / 2) {
    old_ = std::exchange(young_, {});
  }
  auto [bucket, is_new] = young_.try_emplace(key);
  if (is_new) {
    if (auto node = old_.extract(key)) bucket->second = node.mapped();
  }
  return bucket->second.take(limit_, now_us);
}

}  // namespace serai
