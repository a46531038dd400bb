// How the engine applies a release's policies.
#include <algorithm>

#include "unit/modules/swap_world.hpp"

using namespace serai;
using namespace serai::testing;
using Catch::Matchers::Contains;

TEST_CASE("canaries are followed by the rest when their probation ends",
          "[modules][swap][policy]") {
  SwapWorld world;
  world.start_v1();
  world.folder.publish("v2", {"counter_v2"});
  world.folder.set_policy("v2", {abi::MovePolicy::Kind::canary, 10});
  REQUIRE(world.engine->swap("v2").ok());
  CHECK(world.runtime.rests() == 0);

  world.end_probation();
  const swap::SwapReport settled = world.watcher.await(swap::SwapOutcome::settled);

  CHECK(world.runtime.rests() == 1);
  CHECK(world.runtime.policy_of("counter").percent == 10);
  CHECK(std::ranges::count(settled.stages, swap::Stage::rest, &swap::StageReport::stage) == 1);
  CHECK(world.committed() == "v2");
}

TEST_CASE("a rest that cannot follow takes the canaries back", "[modules][swap][policy]") {
  SwapWorld world;
  world.start_v1();
  world.runtime.fail_rest("666 is cursed");
  world.folder.publish("v2", {"counter_v2"});
  world.folder.set_policy("v2", {abi::MovePolicy::Kind::canary, 10});
  REQUIRE(world.engine->swap("v2").ok());

  world.end_probation();
  const swap::SwapReport back = world.watcher.await(swap::SwapOutcome::rolled_back);

  CHECK_THAT(back.reason, Contains("666 is cursed"));
  CHECK(world.runtime.version_of("counter") == "1.0.0");
  CHECK(world.committed() == "v1");
}

TEST_CASE("two generations side by side must read each other's state", "[modules][swap][policy]") {
  SwapWorld world;
  world.folder.publish("v2", {"counter_v2"});
  world.folder.publish("v1", {"counter_v1"});
  world.folder.set_policy("v1", {abi::MovePolicy::Kind::drain, 0});
  world.folder.flip("v2");
  REQUIRE(world.start().ok());

  const Result<std::string> down = world.engine->swap("v1");

  REQUIRE_FALSE(down.ok());
  CHECK_THAT(down.error().detail, Contains("policy \"drain\"") && Contains("kind counter"));
  CHECK(world.runtime.version_of("counter") == "1.1.0");
}

TEST_CASE("a release that comes back does so whatever its policy", "[modules][swap][policy]") {
  SwapWorld world;
  world.start_v1();
  world.folder.set_policy("v1", {abi::MovePolicy::Kind::drain, 0});
  world.folder.publish("v2", {"counter_v2"});
  REQUIRE(world.engine->swap("v2").ok());
  world.end_probation();
  world.watcher.await(swap::SwapOutcome::settled);

  const Result<std::string> back = world.engine->swap("v1");

  INFO((back ? *back : back.error().detail));
  REQUIRE(back.ok());
  CHECK(world.runtime.policy_of("counter").kind == abi::MovePolicy::Kind::rolling);
}

TEST_CASE("a module that still drains refuses its next version in words",
          "[modules][swap][policy]") {
  SwapWorld world;
  world.start_v1();
  world.runtime.say_draining("counter", 3);
  world.folder.publish("v2", {"counter_v2"});

  const Result<std::string> refused = world.engine->swap("v2");

  REQUIRE_FALSE(refused.ok());
  CHECK_THAT(refused.error().detail, Contains("counter") && Contains("still serves 3 entities"));
  CHECK(world.runtime.switches() == 0);
}
