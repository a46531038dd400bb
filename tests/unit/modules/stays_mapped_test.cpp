// Modules with "stays_mapped" in the manifest: accepted, and counted.
#include <catch2/catch.hpp>

#include "unit/modules/swap_world.hpp"

using namespace serai;
using namespace serai::testing;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

TEST_CASE("code that may stay mapped counts for what may stay", "[modules][swap]") {
  SwapWorld world;
  world.options.probation = 0ms;
  world.options.still_mapped_max = 2;
  world.folder.publish("v1", {"stays_mapped"});
  world.folder.publish("v2", {"stays_mapped_v2"});
  world.folder.flip("v1");
  REQUIRE(world.start().ok());
  REQUIRE(world.engine->swap("v2").ok());
  world.watcher.await(swap::SwapOutcome::settled);
  world.log.await("module.still_mapped_after_close");
  CHECK_THAT(world.status().at("still_mapped_after_close").at(0).get<std::string>(),
             Contains("\"stays_mapped\" in its manifest"));
  REQUIRE(world.engine->swap("v1").ok());
  world.watcher.await(swap::SwapOutcome::settled, 2);

  const auto refused = world.engine->swap("v2");

  REQUIRE_FALSE(refused.ok());
  CHECK_THAT(refused.error().detail, Contains("2 closed modules are still mapped"));
}
