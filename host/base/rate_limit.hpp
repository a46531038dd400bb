// Rate limits: token buckets that refill steadily, one per key.
//
// Units   per_second and burst count requests, or the amounts spent. per_second 0 means no limit.
//         Times are those of Clock::steady_us().
// Thread  not thread-safe. Each shard has its own limiter, so the limit of a key applies on each
//         shard separately.
// Bound   at most keys_max buckets are stored. A bucket that was dropped starts full again.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/recent_map.hpp"

namespace serai {

struct RateLimit {
  double per_second = 0;
  double burst = 0;
};

class TokenBucket {
 public:
  // True when a request at `now_us` is within the limit.
  bool take(const RateLimit& limit, std::int64_t now_us);
  // For requests whose cost is known only afterwards. has_left() is true while the bucket is not
  // empty. spend() may take more than the bucket has. Then has_left() is false until the debt has
  // been refilled. A negative amount is refunded.
  bool has_left(const RateLimit& limit, std::int64_t now_us);
  void spend(double amount) { used_ += amount; }

 private:
  void refill(const RateLimit& limit, std::int64_t now_us);

  double used_ = 0;  // the part of the burst that is spent
  std::int64_t at_us_ = 0;
};

class RateLimiter {
 public:
  explicit RateLimiter(RateLimit limit, std::size_t keys_max = 65'536)
      : limit_(limit), buckets_(keys_max) {}

  bool take(std::uint64_t key, std::int64_t now_us);
  bool has_left(std::uint64_t key, std::int64_t now_us);
  void spend(std::uint64_t key, double amount);

 private:
  RateLimit limit_;
  RecentMap<std::uint64_t, TokenBucket> buckets_;
};

}  // namespace serai
