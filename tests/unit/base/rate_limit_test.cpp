#include "base/rate_limit.hpp"

#include <catch2/catch.hpp>

using namespace serai;

TEST_CASE("a bucket gives its burst, then its rate", "[limit]") {
  TokenBucket bucket;
  const RateLimit limit{2, 3};
  std::int64_t now_us = 5'000'000'000;
  for (int i = 0; i < 3; ++i) CHECK(bucket.take(limit, now_us));
  CHECK_FALSE(bucket.take(limit, now_us));
  now_us += 499'000;
  CHECK_FALSE(bucket.take(limit, now_us));
  now_us += 1'000;
  CHECK(bucket.take(limit, now_us));
  now_us += 3'600'000'000;
  for (int i = 0; i < 3; ++i) CHECK(bucket.take(limit, now_us));
  CHECK_FALSE(bucket.take(limit, now_us));
}

TEST_CASE("a rate of 0 is no limit", "[limit]") {
  TokenBucket bucket;
  for (int i = 0; i < 1000; ++i) CHECK(bucket.take({0, 0}, 0));
}

TEST_CASE("keys have buckets of their own, in bounded number", "[limit]") {
  RateLimiter limiter({1, 1}, 8);
  CHECK(limiter.take(1, 0));
  CHECK_FALSE(limiter.take(1, 0));
  CHECK(limiter.take(2, 0));
  for (std::uint64_t key = 10; key < 13; ++key) limiter.take(key, 0);
  CHECK_FALSE(limiter.take(1, 0));  // moved from the old generation to the new one
  for (std::uint64_t key = 100; key < 200; ++key) limiter.take(key, 0);
  CHECK(limiter.take(1, 0));  // forgotten
}
