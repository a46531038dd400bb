// Waiting for messages that shards post.
#include "runtime/shard/blocking_inbox.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "unit/runtime/fixture.hpp"

using namespace serai;
using namespace serai::runtime;
using serai::testing::player, serai::testing::World;

namespace {

// `pump` runs shards while the test waits; without it, shards have threads.
struct Waiting {
  explicit Waiting(std::function<void()> pump = {})
      : env{world.shards, world.store, world.store, clock, world.config, Log(), no_metrics(), {}} {
    env.options.pump = std::move(pump);
  }
  World world;
  ManualClock clock;
  Environment env;
};

}  // namespace

TEST_CASE("a wait ends by a post of another thread", "[runtime][inbox]") {
  Waiting waiting;
  BlockingInbox inbox(waiting.env);
  int posted = 0;
  std::thread other([&] {
    for (int i = 0; i < 3; ++i) inbox.post([&posted] { ++posted; });
  });

  CHECK(inbox.wait_until([&posted] { return posted == 3; }));

  other.join();
}

TEST_CASE("a wait ends when its time has come", "[runtime][inbox]") {
  Waiting waiting([&waiting] { waiting.clock.advance_ms(1); });
  BlockingInbox inbox(waiting.env);
  const std::int64_t began = waiting.clock.steady_us();

  CHECK_FALSE(inbox.wait_until([] { return false; }, began + 50'000));

  CHECK(waiting.clock.steady_us() == began + 50'000);
}

TEST_CASE("what comes after the wait has ended runs in the next one", "[runtime][inbox]") {
  Waiting waiting;
  BlockingInbox inbox(waiting.env);
  CHECK_FALSE(inbox.wait_until([] { return false; }, waiting.clock.steady_us()));
  bool late = false;
  inbox.post([&late] { late = true; });
  CHECK_FALSE(late);

  CHECK(inbox.wait_until([&late] { return late; }));
}

TEST_CASE("a barrier is reached in the turn in which the last call in flight has ended",
          "[runtime][swap]") {
  World world;
  world.rpc("add", "1", player(1));
  world.begin_rpc("nap", "100", player(1));

  const auto report = world.swap_to(2, abi::MovePolicy{abi::MovePolicy::Kind::barrier, 0});

  REQUIRE(report.ok());
  CHECK(report->held_us >= 100'000);
  CHECK(report->held_us <= 102'000);
}
