#include <catch2/catch.hpp>

#include "unit/runtime/fixture.hpp"

using serai::Notification, serai::testing::player, serai::testing::World;

TEST_CASE("a notification reaches its player", "[runtime][notify]") {
  World world;

  world.rpc("notify", "", player(1));

  REQUIRE(world.streams.notifications.size() == 1);
  const Notification& heard = world.streams.notifications[0];
  CHECK(heard.user_id == player(1));
  CHECK(heard.code == 7);
  CHECK(heard.subject == "news");
  CHECK(heard.content == R"({"of":"the day"})");
  CHECK(heard.sender_id.is_nil());
  CHECK(heard.create_s == world.clock.now_ms() / 1000);
  CHECK_FALSE(heard.persistent);
  CHECK(world.store.notifications.empty());
}

TEST_CASE("a notification to be kept is stored, and heard of only then", "[runtime][notify]") {
  World world;
  world.store.hold_commits = true;

  const auto slot = world.begin_rpc("notify", "kept", player(1));
  CHECK(world.streams.notifications.empty());
  world.store.release_commits();
  world.settle();

  CHECK(World::text(slot).empty());
  REQUIRE(world.store.notifications.size() == 1);
  REQUIRE(world.streams.notifications.size() == 1);
  CHECK(world.streams.notifications[0].persistent);
  CHECK(world.store.notifications[0].id == world.streams.notifications[0].id);
  CHECK(world.store.notifications[0].content == R"({"of":"the day"})");
}

TEST_CASE("a handler that fails has notified nobody", "[runtime][notify]") {
  World world;

  CHECK(world.rpc("notify", "undone", player(1)).starts_with("!9"));

  CHECK(world.streams.notifications.empty());
}
