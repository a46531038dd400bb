// Rate limits: token buckets that refill steadily, one per key.
//
// Units   per_second and burst count requests, or whatever is spent; per_second 0 means no limit.
// Times are steady_us(). Thread  none of its own: one limiter per shard, so a key's limit holds on
// each shard by itself. Bound   at most keys_max buckets are kept; the ones unused longest are
// forgotten, which means full.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>

namespace serai {

struct RateLimit {
  double per_second = 0;
  double burst = 0;
};

class TokenBucket {
 public:
  // True when a request at `now_us` is within the limit.
  bool take(const RateLimit& limit, std::int64_t now_us);
  // For requests whose cost is known only when it was spent: whether something is left, and the
  // spending, which may go beyond the limit; then nothing is left until that was paid back.
  bool has_left(const RateLimit& limit, std::int64_t now_us);
  void spend(double amount) { used_ += amount; }

 private:
  void refill(const RateLimit& limit, std::int64_t now_us);

  double used_ = 0;  // of the burst
  std::int64_t at_us_ = 0;
};

class RateLimiter {
 public:
  explicit RateLimiter(RateLimit limit, std::size_t keys_max = 65'536)
      : limit_(limit), keys_max_(keys_max) {}

  bool take(std::uint64_t key, std::int64_t now_us);
  bool has_left(std::uint64_t key, std::int64_t now_us);
  void spend(std::uint64_t key, double amount);

 private:
  TokenBucket& bucket(std::uint64_t key);

  RateLimit limit_;
  std::size_t keys_max_;
  // Two generations: when the young one holds half the bound it becomes the old one.
  std::unordered_map<std::uint64_t, TokenBucket> young_;
  std::unordered_map<std::uint64_t, TokenBucket> old_;
};

}  // namespace serai
