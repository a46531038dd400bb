// The next start after a host was stopped, or died, while a release was on probation.
#include "unit/modules/swap_world.hpp"

using namespace serai;
using namespace serai::testing;
using Catch::Matchers::Contains;

TEST_CASE("a host stopped during the probation goes back, and swaps again at the next start",
          "[modules][swap]") {
  SwapWorld world;
  world.start_v1();
  world.folder.publish("v2", {"counter_v2"});
  REQUIRE(world.engine->swap("v2").ok());
  world.engine->stop();
  CHECK(world.runtime.version_of("counter") == "1.0.0");
  CHECK(world.committed() == "v1");
  CHECK(world.engine->swap("v2").error().code == Errc::unavailable);

  SwapWorld next;  // as another process, with the same facts and folders
  next.options.release = world.options.release;
  next.store.copy_facts(world.store);
  REQUIRE(next.start().ok());

  CHECK(next.watcher.await(swap::SwapOutcome::probation).trigger == "start");
  CHECK(next.runtime.version_of("counter") == "1.1.0");
}

TEST_CASE("a host stopped during a probation that cannot go back starts where it was",
          "[modules][swap]") {
  SwapWorld world;
  world.start_v1();
  world.folder.publish("v2", {"counter_v2"});
  REQUIRE(world.engine->swap("v2").ok());
  world.runtime.fail_next_switch("an effect lives");
  world.engine->stop();
  CHECK(world.runtime.version_of("counter") == "1.1.0");
  CHECK(world.committed() == "v2");
}

TEST_CASE("a host that died during the probation comes back on the committed release",
          "[modules][swap]") {
  SwapWorld world;
  world.start_v1();
  world.folder.publish("v2", {"counter_v2"});
  REQUIRE(world.engine->swap("v2").ok());

  SwapWorld after;  // as another process, with the same facts and folders
  after.options.release = world.options.release;
  after.store.copy_facts(world.store);
  REQUIRE(after.start().ok());

  CHECK(after.runtime.version_of("counter") == "1.0.0");
  CHECK_THAT(after.status().at("note").get<std::string>(), Contains("v2 was on probation"));
  world.folder.flip("v2");
  CHECK(after.watcher.await(swap::SwapOutcome::probation).to == "v2");
}

TEST_CASE(
    "a start that dies over what a crash left is followed by one that tries again, three in all",
    "[modules][swap]") {
  SwapWorld world;
  world.start_v1();
  world.folder.publish("v2", {"counter_v2"});
  REQUIRE(world.engine->swap("v2").ok());
  FakeStore left;  // the facts of the process that died last
  left.copy_facts(world.store);

  int readings = 0;
  std::string note;
  for (int starts = 1; starts <= 5; ++starts) {
    SwapWorld next;
    next.options.release = world.options.release;
    next.store.copy_facts(left);
    next.runtime.when_reading([&] {
      ++readings;
      left.copy_facts(next.store);  // as if it died here
    });
    REQUIRE(next.start().ok());
    CHECK(next.runtime.version_of("counter") == "1.0.0");
    note = next.status().at("note");
  }

  CHECK(readings == 3);
  CHECK_THAT(note,
             Contains("v2 was on probation") && Contains("each start that tried to read it died"));
}

TEST_CASE("a start takes a module away that the release lacks, and then swaps", "[modules][swap]") {
  SwapWorld world;
  world.folder.publish("v1", {"counter_v1", "other_v1"});
  world.folder.flip("v1");
  REQUIRE(world.start().ok());
  world.engine->stop();
  world.folder.publish("v2", {"counter_v2"});
  world.folder.flip("v2");

  SwapWorld next;  // as another process, with the same facts and folders
  next.options.release = world.options.release;
  next.store.copy_facts(world.store);
  REQUIRE(next.start().ok());

  CHECK_THAT(next.status().at("note").get<std::string>(), Contains("committed v1 without other"));
  next.watcher.await(swap::SwapOutcome::probation);
  next.end_probation();
  CHECK(next.watcher.await(swap::SwapOutcome::settled).to == "v2");
  CHECK(next.committed() == "v2");
  CHECK(next.runtime.version_of("counter") == "1.1.0");
  CHECK(next.engine->modules().size() == 1);
}
