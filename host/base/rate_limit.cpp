#include "base/rate_limit.hpp"

#include <algorithm>

namespace serai {

void TokenBucket::refill(const RateLimit& limit, std::int64_t now_us) {
  const double elapsed_s = static_cast<double>(now_us - at_us_) / 1e6;
  at_us_ = now_us;
  used_ = std::max(0.0, used_ - elapsed_s * limit.per_second);
}

bool TokenBucket::take(const RateLimit& limit, std::int64_t now_us) {
  if (limit.per_second <= 0) return true;
  refill(limit, now_us);
  if (used_ + 1 > limit.burst) return false;
  used_ += 1;
  return true;
}

bool TokenBucket::has_left(const RateLimit& limit, std::int64_t now_us) {
  if (limit.per_second <= 0) return true;
  refill(limit, now_us);
  return used_ < limit.burst;
}

bool RateLimiter::take(std::uint64_t key, std::int64_t now_us) {
  return limit_.per_second <= 0 || buckets_.at(key).take(limit_, now_us);
}

bool RateLimiter::has_left(std::uint64_t key, std::int64_t now_us) {
  return limit_.per_second <= 0 || buckets_.at(key).has_left(limit_, now_us);
}

void RateLimiter::spend(std::uint64_t key, double amount) {
  if (limit_.per_second > 0) buckets_.at(key).spend(amount);
}

}  // namespace serai
