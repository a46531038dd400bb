// A key is claimed by one call at a time.
#include "runtime/key_claims.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <memory>
#include <thread>
#include <vector>

using serai::KeyClaim;
using serai::KeyClaims;

TEST_CASE("a key is another's until its claim is given back", "[runtime][idempotency]") {
  const auto keys = std::make_unique<KeyClaims>();
  auto first = keys->claim(7'000);
  REQUIRE(first);
  CHECK_FALSE(keys->claim(7'000));
  KeyClaim moved = *std::move(first);
  first.reset();
  CHECK_FALSE(keys->claim(7'000));
  moved = KeyClaim();
  CHECK(keys->claim(7'000));
}

TEST_CASE("two keys that want one slot do not hinder each other", "[runtime][idempotency]") {
  const auto keys = std::make_unique<KeyClaims>();
  constexpr std::uint64_t kNeighbour = 7'000 + 2 * KeyClaims::kSlots;
  const auto first = keys->claim(7'000);
  {
    const auto unclaimed = keys->claim(kNeighbour);
    CHECK(unclaimed);
  }
  CHECK_FALSE(keys->claim(7'000));  // what was no claim has given nothing back
}

TEST_CASE("of threads that claim one key at once, one gets it", "[runtime][idempotency]") {
  constexpr int kThreads = 4;
  constexpr int kRounds = 2'000;
  const auto keys = std::make_unique<KeyClaims>();
  std::atomic<int> holders{0};
  std::atomic<int> got{0};
  std::atomic<bool> shared{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < kRounds; ++round) {
        const auto claim = keys->claim(42);
        if (!claim) continue;
        ++got;
        if (++holders != 1) shared = true;
        --holders;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK_FALSE(shared);
  CHECK(got > 0);
  CHECK(keys->claim(42));
}
