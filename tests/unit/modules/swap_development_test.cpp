// Releases that only the development profile accepts.
#include <catch2/catch.hpp>

#include "unit/modules/swap_world.hpp"

using namespace serai;
using namespace serai::testing;
using Catch::Matchers::Contains;

TEST_CASE("other code under a version that serves is taken in development alone",
          "[modules][swap]") {
  SwapWorld world;
  world.options.development = GENERATE(true, false);
  world.folder.publish("v1", {"counter_v2"});
  world.folder.flip("v1");
  REQUIRE(world.start().ok());
  world.folder.publish("v2", {"fails_handle"});

  const Result<std::string> swapped = world.engine->swap("v2");

  CHECK(swapped.ok() == world.options.development);
  if (!swapped) {
    CHECK_THAT(swapped.error().detail,
               Contains("counter: other code under version 1.1.0") && Contains("new VERSION"));
  }
}

TEST_CASE("a newer build ends the probation of the build before, in development alone",
          "[modules][swap]") {
  SwapWorld world;
  world.options.development = GENERATE(true, false);
  world.start_v1();
  world.folder.publish("dev-1", {"counter_v2"});
  world.folder.flip("dev-1");
  world.watcher.await(swap::SwapOutcome::probation);
  world.folder.publish("dev-2", {"counter_v3"});

  world.folder.flip("dev-2");

  if (world.options.development) {
    const swap::SwapReport report = world.watcher.await(swap::SwapOutcome::settled);
    CHECK(report.to == "dev-1");
    CHECK(world.committed() == "dev-1");
    world.log.await("swap.probation_began", 2);
    CHECK(world.status().at("release") == "dev-2");
  } else {
    world.await_queued();
    CHECK(world.status().at("release") == "dev-1");
  }
}

TEST_CASE("\"all\" that a release breaks is allowed to builds alone", "[modules][swap]") {
  release::Release release;
  release.allow_breaking = {"all"};

  release.name = "dev-3";
  CHECK(release.allows("rpc:rpc_add"));
  release.name = "v3.0.0";
  CHECK_FALSE(release.allows("rpc:rpc_add"));
}
