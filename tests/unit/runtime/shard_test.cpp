#include "runtime/shard/shard.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <thread>

#include "model/placement.hpp"

using serai::ManualClock, serai::runtime::Shard, serai::SystemClock;

TEST_CASE("timers fire in order of their time, and cancelled ones never", "[shard]") {
  ManualClock clock;
  Shard shard(0, clock);
  std::vector<int> fired;
  serai::runtime::TimerId cancelled = 0;
  shard.post([&] {
    shard.after(30, [&] { fired.push_back(30); });
    shard.after(10, [&] { fired.push_back(10); });
    cancelled = shard.after(20, [&] { fired.push_back(20); });
    shard.cancel(cancelled);
  });
  shard.run_ready();

  clock.advance_ms(9);
  shard.run_ready();
  CHECK(fired.empty());
  clock.advance_ms(30);
  shard.run_ready();

  CHECK(fired == std::vector<int>{10, 30});
}

TEST_CASE("who drives a shard by hand hears when its next timer is due", "[shard]") {
  ManualClock clock;
  Shard shard(0, clock);
  CHECK_FALSE(shard.next_due_us());
  serai::runtime::TimerId sooner = 0;
  shard.post([&] {
    shard.after(30, [] {});
    sooner = shard.after(10, [] {});
  });
  shard.run_ready();

  CHECK(shard.next_due_us() == clock.steady_us() + 10'000);
  shard.post([&] { shard.cancel(sooner); });
  shard.run_ready();
  CHECK(shard.next_due_us() == clock.steady_us() + 30'000);
}

TEST_CASE("a million posts of several threads all arrive, in order per sender", "[shard]") {
  constexpr int kSenders = 4;
  constexpr int kEach = 250'000;
  const SystemClock clock;
  Shard shard(0, clock);
  std::thread loop([&shard] { shard.run(); });
  std::vector<int> last(kSenders, -1);
  bool ordered = true;
  std::atomic<int> left = kSenders * kEach;
  std::vector<std::thread> senders;
  for (int sender = 0; sender < kSenders; ++sender) {
    senders.emplace_back([&, sender] {
      for (int i = 0; i < kEach; ++i) {
        shard.post([&, sender, i] {
          ordered = ordered && last[static_cast<std::size_t>(sender)] == i - 1;
          last[static_cast<std::size_t>(sender)] = i;
          if (--left == 0) shard.stop();
        });
      }
    });
  }
  for (std::thread& sender : senders) sender.join();
  loop.join();

  CHECK(ordered);
  CHECK(left == 0);
}

TEST_CASE("shards that post to each other lose nothing and keep the order", "[shard]") {
  constexpr int kTurns = 2'000;
  const SystemClock clock;
  Shard one(0, clock);
  Shard two(1, clock);
  std::vector<int> heard;
  int sent = 0;
  // Turns of every length, so that some posts leave when their turn ends and some before.
  std::function<void(int)> turn = [&](int number) {
    const int many = number % 50;
    for (int i = 0; i < many; ++i) two.post([&heard, value = sent++] { heard.push_back(value); });
    if (number + 1 < kTurns) {
      one.post([&turn, number] { turn(number + 1); });
    } else {
      two.post([&] {
        one.post([&] { one.stop(); });
        two.defer([&] { two.stop(); });
      });
    }
  };
  one.post([&] { turn(0); });
  std::thread first([&] { one.run(); });
  std::thread second([&] { two.run(); });
  first.join();
  second.join();

  REQUIRE(heard.size() == static_cast<std::size_t>(sent));
  CHECK(std::ranges::is_sorted(heard));
}

TEST_CASE("work left in a shard dies with it", "[shard]") {
  struct Witness {
    explicit Witness(int& the_alive) : alive(&the_alive) { ++*alive; }
    Witness(Witness&& other) noexcept : alive(std::exchange(other.alive, nullptr)) {}
    Witness& operator=(Witness&&) = delete;
    Witness(const Witness&) = delete;
    Witness& operator=(const Witness&) = delete;
    ~Witness() {
      if (alive != nullptr) --*alive;
    }
    int* alive;
  };
  int alive = 0;
  const SystemClock clock;
  {
    Shard shard(0, clock);
    for (int i = 0; i < 3; ++i) shard.post([witness = Witness(alive)] {});
    CHECK(alive == 3);
  }

  CHECK(alive == 0);
}

TEST_CASE("where an entity lives does not change between processes", "[shard]") {
  CHECK(serai::shard_of("battle", "a", 16) == serai::shard_of("battle", "a", 16));
  CHECK(serai::shard_of("battle", "ab", 1 << 30) != serai::shard_of("battlea", "b", 1 << 30));
  std::vector<int> hits(8, 0);
  for (int i = 0; i < 8000; ++i) ++hits[serai::shard_of("battle", std::to_string(i), 8)];
  for (const int count : hits) CHECK(count > 800);
}
