#include <catch2/catch.hpp>

#include "unit/runtime/fixture.hpp"

using serai::testing::player, serai::testing::World;

TEST_CASE("an rpc reaches its entity from every shard", "[runtime]") {
  World world;

  CHECK(world.rpc("add", "2", player(1), "", 0) == "2");
  CHECK(world.rpc("add", "3", player(1), "", 1) == "5");
  CHECK(world.rpc("add", "4", player(1), "", 2) == "9");
  CHECK(world.rpc("add", "1", player(2)) == "1");
}

TEST_CASE("a stateless rpc runs without an entity", "[runtime]") {
  World world;

  CHECK(world.rpc("echo", "hello", player(1)) == "hello");
  CHECK(world.runtime->entity_count() == 0);
}

TEST_CASE("unknown rpcs, internal rpcs and callers without a player are refused", "[runtime]") {
  World world;

  CHECK(world.rpc("nothing", "", player(1)) == "!5 RPC function not found");
  CHECK(world.rpc("svc_add", "1", player(1)) == "!5 RPC function not found");
  CHECK(world.rpc("add", "1", serai::Uuid{}).starts_with("!16"));
}

TEST_CASE("a message to an entity that does not exist is refused, and leaves none behind",
          "[runtime]") {
  World world;

  CHECK(world.rpc("end", "", player(1)) == "!5 counter not found");
  CHECK(world.runtime->entity_count() == 0);
}

TEST_CASE("a handler that fails has no effects, however often", "[runtime][undo]") {
  World world;
  for (int i = 0; i < 40; ++i) world.rpc("add", "1", player(1));
  const std::string mode = GENERATE("refuse", "break");

  CHECK(world.rpc("spoil", mode, player(1)).ends_with(" spoiled"));
  CHECK(world.rpc("spoil", mode, player(1)).ends_with(" spoiled"));

  CHECK(world.rpc("add", "0", player(1)) == "40");
}

TEST_CASE("a failed handler gives the generator back too", "[runtime][undo]") {
  World calm;
  World troubled;
  const auto roll = [](World& world) { return world.rpc("dice", "", player(1)); };
  CHECK(roll(calm) == roll(troubled));

  troubled.rpc("spoil", "", player(1));

  for (int i = 0; i < 5; ++i) CHECK(roll(calm) == roll(troubled));
}

TEST_CASE("an entity whose first handler fails never came to be", "[runtime][undo]") {
  World world;

  world.rpc("spoil", "", player(1));

  CHECK(world.runtime->entity_count() == 0);
  CHECK(world.rpc("end", "", player(1)) == "!5 counter not found");
}

TEST_CASE("the log of messages gives way to a snapshot, and undo still works", "[runtime][undo]") {
  World world;
  const int many = static_cast<int>(serai::runtime::InputLog::kInputsMax) * 2 + 10;
  for (int i = 0; i < many; ++i) world.rpc("add", "1", player(1));

  world.rpc("spoil", "", player(1));

  CHECK(world.rpc("add", "0", player(1)) == std::to_string(many));
}

TEST_CASE("what changed is written a second later, each entity in its own time", "[runtime]") {
  World world;
  world.rpc("add", "1", player(1));
  world.advance(500);
  world.rpc("add", "1", player(1));
  world.rpc("add", "2", player(2));
  world.advance(450);
  CHECK(world.store.records.empty());
  world.advance(100);
  CHECK(world.store.records.size() == 1);
  CHECK(world.store.records.begin()->second.state == "v1:2");
  world.advance(500);
  CHECK(world.store.records.size() == 2);
}

TEST_CASE("a slow store is given an entity's next state when it has written the last",
          "[runtime][store]") {
  World world;
  world.store.hold_commits = true;
  for (int i = 0; i < 10; ++i) {
    world.rpc("add", "1", player(1));
    world.advance(2'000);
  }
  CHECK(world.store.held_commits() == 1);

  world.store.release_commits();
  world.settle();
  world.advance(2'000);

  REQUIRE(world.store.records.size() == 1);
  CHECK(world.store.records.begin()->second.state == "v1:10");
}

TEST_CASE("a waiting handler blocks its entity and nothing else", "[runtime]") {
  World world;
  const auto nap = world.begin_rpc("nap", "", player(1));
  const auto behind = world.begin_rpc("add", "1", player(1));

  CHECK(World::text(nap) == "?");
  CHECK(World::text(behind) == "?");
  CHECK(world.rpc("add", "1", player(2)) == "1");

  world.advance(150);
  CHECK(World::text(nap) == "1");
  CHECK(World::text(behind) == "2");
}

TEST_CASE("an entity calls another and waits for its answer", "[runtime]") {
  World world;
  const std::string other = player(9).text();

  CHECK(world.rpc("ask", other, player(1)) == "6");  // one for resuming, five from the callee
  CHECK(world.rpc("ask", other, player(1)) == "17");
}

TEST_CASE("a call that would wait on its own chain is refused", "[runtime]") {
  World world;

  CHECK(world.rpc("ask_self", "", player(1)).starts_with("!9"));
  CHECK(world.rpc("add", "1", player(1)) == "1");
}

TEST_CASE("two entities that call each other at once both come back", "[runtime]") {
  World world;
  const auto one = world.begin_rpc("ask", player(2).text(), player(1));
  const auto two = world.begin_rpc("ask", player(1).text(), player(2));

  world.advance(11'000);

  CHECK(World::text(one) != "?");
  CHECK(World::text(two) != "?");
}

TEST_CASE("timers go off once, also after a restart", "[runtime]") {
  World world;
  world.rpc("later", "", player(1));
  const bool crash = GENERATE(false, true);
  if (crash) world.restart();

  world.advance(1'100);
  CHECK(world.rpc("add", "0", player(1)) == "100");
  world.advance(2'000);
  CHECK(world.rpc("add", "0", player(1)) == "100");
}

TEST_CASE("an idle entity is written, dropped, and comes back", "[runtime]") {
  World world;
  world.rpc("add", "5", player(1));

  world.advance(70'000);

  CHECK(world.runtime->entity_count() == 0);
  CHECK(world.rpc("add", "1", player(1)) == "6");
}

TEST_CASE("an ended entity is gone, also from storage", "[runtime]") {
  World world;
  world.rpc("add_durable", "5", player(1));
  REQUIRE(world.store.records.size() == 1);

  CHECK(world.rpc("end", "", player(1)).empty());

  CHECK(world.store.records.empty());
  CHECK(world.rpc("end", "", player(1)) == "!5 counter not found");
}

TEST_CASE("a full mailbox refuses instead of growing", "[runtime]") {
  World world;
  world.begin_rpc("nap", "", player(1));
  std::vector<World::Slot> slots;
  for (std::size_t i = 0; i < serai::runtime::RuntimeLimits{}.mailbox_messages + 3; ++i) {
    slots.push_back(world.begin_rpc("add", "1", player(1)));
  }

  CHECK(World::text(slots.back()).starts_with("!8 counter is busy: "));
  world.advance(200);
  CHECK(World::text(slots.front()) == "2");
}

TEST_CASE("stopping refuses new work and stages what was changed", "[runtime]") {
  // The call starts on its entity's shard or on another one, which has nothing else to do.
  const auto asked_on = GENERATE(range(0U, 3U));
  World world;
  world.rpc("add", "5", player(1));
  const auto nap = world.begin_rpc("nap", "", player(2), {}, asked_on);

  world.runtime->stop();

  CHECK(World::text(nap) == "1");
  CHECK(world.rpc("add", "1", player(1)).starts_with("!14"));
  CHECK(world.store.records.size() == 2);
}

TEST_CASE("two modules may answer the same internal message, each for its own kind",
          "[runtime][directory]") {
  auto one = serai::testing::make_counter_module(1, 1);
  auto two = serai::testing::make_counter_module(2, 1);
  two->contract.name = "other";
  for (auto& kind : two->contract.kinds) kind.name += "2";
  for (auto& handler : two->contract.handlers) {
    if (!handler.kind.empty()) handler.kind += "2";
    if (handler.client) handler.name += "2";
  }
  serai::runtime::NameTable names;
  serai::runtime::LoadedGeneration first(std::move(one), names, 1);
  serai::runtime::LoadedGeneration second(std::move(two), names, 1);

  const auto directory = serai::runtime::Directory::build({&first, &second}, names);

  REQUIRE(directory.ok());
  CHECK(directory->handler("counter", "svc_add")->generation == &first);
  CHECK(directory->handler("counter2", "svc_add")->generation == &second);
  CHECK_FALSE(directory->handler("counter", "nothing").has_value());
  CHECK_FALSE(serai::runtime::Directory::build({&first, &first}, names).ok());
}
