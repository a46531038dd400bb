// Releases that add or remove modules and kinds: which version serves them, which entities are
// woken, and what a rollback leaves.
#include <catch2/catch.hpp>

#include "unit/runtime/fixture.hpp"

using namespace serai;
using namespace serai::runtime;
using serai::testing::EditManifest, serai::testing::make_counter_module, serai::testing::kCanary,
    serai::testing::kDrain, serai::testing::player, serai::testing::World;

namespace {

void replace(std::string& text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  text.replace(at, from.size(), to);
}

// Adds a kind with a handler that does nothing.
void add_kind(std::string& manifest) {
  replace(manifest,
          R"("kinds":[)",
          R"("kinds":[{"name":"extra","schema":%,"reads":[1,%],"writes":[1,%]},)");
  manifest.resize(manifest.size() - 2);  // "]}"
  manifest +=
      R"(,{"name":"touch","on":"rpc","kind":"extra","key":"caller","client":true,"creates":true}]})";
}

constexpr const char* kBonus = R"({"serai":1,"name":"bonus","version":"1","abi":"1.0",
 "kinds":[{"name":"bonus","schema":1,"reads":[1,1],"writes":[1,1]}],
 "handlers":[{"name":"give","on":"rpc","kind":"bonus","key":"caller","client":true,"creates":true}]})";

// Swaps to the next version, if any, and to a new module.
Result<MoveReport> add_module(World& world, int counter_version) {
  std::vector<std::unique_ptr<abi::Generation>> modules;
  if (counter_version != 0) {
    modules.push_back(make_counter_module(world.runtime->next_generation_id(), counter_version));
  }
  modules.push_back(make_counter_module(
      world.runtime->next_generation_id(), 1, {}, {}, [](std::string& text) { text = kBonus; }));
  return world.runtime->switch_to(std::move(modules));
}

}  // namespace

TEST_CASE("a way back takes away the module that came with the release", "[runtime][swap]") {
  const int counter_version = GENERATE(0, 2);
  World world;
  world.rpc("add", "5", player(1));
  REQUIRE(add_module(world, counter_version).ok());
  CHECK(world.rpc("give", "3", player(1)) == "3");

  const auto back = world.runtime->switch_back();
  world.runtime->retire_former();

  REQUIRE(back.ok());
  CHECK(world.rpc("give", "3", player(1)).starts_with("!5"));
  CHECK(world.rpc("add", "0", player(1)) == "5");
  REQUIRE(world.runtime->figures().size() == 1);
  CHECK(world.runtime->figures()[0].version == "1");
  // Its stored entities are kept for a release that has it again.
  REQUIRE(add_module(world, 0).ok());
  CHECK(world.rpc("give", "0", player(1)) == "3");
}

TEST_CASE("a message to a kind that no module has is delivered once by the swap that brings it",
          "[runtime][swap][outbox]") {
  World world;
  world.store.outbox[5] = {
      5, {"bonus", player(2).text()}, "give", "7", "counter", player(1).text(), ""};
  world.restart();
  world.settle();
  REQUIRE(world.store.outbox.size() == 1);  // nobody took it

  REQUIRE(world.swap_to(2).ok());
  CHECK(world.store.outbox.size() == 1);
  REQUIRE(add_module(world, 0).ok());
  world.settle();

  CHECK(world.rpc("give", "0", player(2)) == "7");
  world.settle();
  CHECK(world.store.outbox.empty());
  REQUIRE(world.runtime->switch_back().ok());
  REQUIRE(add_module(world, 0).ok());
  CHECK(world.rpc("give", "0", player(2)) == "7");
}

TEST_CASE("a settled release has no module to take away", "[runtime][swap]") {
  World world;
  REQUIRE(add_module(world, 0).ok());
  world.runtime->retire_former();

  CHECK_FALSE(world.runtime->switch_back().ok());

  CHECK(world.rpc("give", "3", player(1)) == "3");
}

TEST_CASE("who is being loaded when a way back takes its kind away is refused", "[runtime][swap]") {
  World world;
  REQUIRE(world.swap_to(2, {}, {}, add_kind).ok());
  world.store.hold_loads = true;
  const auto slot = world.begin_rpc("touch", "", player(1));

  REQUIRE(world.runtime->switch_back().ok());
  world.store.release_loads();
  world.settle();

  CHECK(World::text(slot).starts_with("!12"));
}

TEST_CASE("a store that is gone does not keep a kind from being taken away", "[runtime][swap]") {
  World world;
  REQUIRE(world.swap_to(2, {}, {}, add_kind).ok());
  CHECK(world.rpc("touch", "", player(1)) == "");
  world.store.down = true;
  const std::int64_t began_ms = world.clock.now_ms();

  REQUIRE(world.runtime->switch_back().ok());

  CHECK(world.clock.now_ms() - began_ms < 6'000);
  CHECK(world.rpc("touch", "", player(1)).starts_with("!5"));
}

TEST_CASE("a handler runs on the kind it was written for, or not at all", "[runtime][swap]") {
  World world(3, false);
  world.edit_v1 = [](std::string& text) {
    replace(text,
            R"("name":"open","on":"rpc","kind":"arena","key":"fresh")",
            R"("name":"open","on":"rpc","kind":"arena","key":"caller")");
  };
  world.begin();
  REQUIRE(world.rpc("open", "", player(1)) == player(1).text());
  const auto dice_on_arenas = [](std::string& text) {
    replace(text,
            R"("name":"dice","on":"rpc","kind":"counter")",
            R"("name":"dice","on":"rpc","kind":"arena")");
  };

  REQUIRE(world.swap_to(2, kDrain, {}, dice_on_arenas).ok());

  // The arena stays with version 1, in which "dice" is a handler of the counter.
  CHECK(world.rpc("dice", "", player(1)).starts_with("!12"));
}

TEST_CASE("a handler that belonged to a kind is not run without one", "[runtime][swap]") {
  World world;
  const auto notify_anybody = [](std::string& text) {
    replace(
        text,
        R"({"name":"notify","on":"rpc","kind":"counter","key":"caller","client":true,"creates":true})",
        R"({"name":"notify","on":"rpc","client":true})");
  };
  REQUIRE(world.swap_to(2, kCanary, {}, notify_anybody).ok());

  for (std::uint64_t i = 1; i <= 50; ++i) {
    const auto slot = world.begin_rpc("notify", "", player(i));
    REQUIRE(slot->has_value());
    CHECK(*(*slot)->by.version == "2");
  }
}

TEST_CASE("who sleeps is woken when its kind has ticks now", "[runtime][swap]") {
  World world(3, false);
  int ticks = 0;
  world.at_tick = [&ticks](std::string_view) { ++ticks; };
  const EditManifest no_ticks = [](std::string& text) {
    replace(text, R"("players_max":2,"tick_hz":10)", R"("players_max":2,"idle_s":1)");
    replace(text,
            R"({"name":"tick","on":"tick","kind":"arena"})",
            R"({"name":"tick","on":"rpc","kind":"arena"})");
  };
  world.edit_v1 = no_ticks;
  world.begin();
  world.rpc("open", "", player(1), "key");
  world.advance(4'000);
  REQUIRE(world.runtime->entity_count() == 0);

  REQUIRE(world.swap_to(2).ok());
  world.advance(1'000);

  CHECK(ticks >= 9);
  CHECK(world.entities_on("2") == 1);
}

TEST_CASE("a call that is answered from before opens nothing", "[runtime][idempotency]") {
  World world;
  CHECK(world.rpc("add_durable", "5", player(1), "key") == "5");
  world.rpc("end", "", player(1));
  REQUIRE(world.runtime->entity_count() == 0);

  CHECK(world.rpc("add_durable", "5", player(1), "key") == "5");

  CHECK(world.runtime->entity_count() == 0);
  CHECK(world.rpc("end", "", player(1)).starts_with("!5"));
}

TEST_CASE("whoever waits behind a call that opens nothing finds nothing",
          "[runtime][idempotency]") {
  World world;
  CHECK(world.rpc("add_durable", "5", player(1), "key") == "5");
  world.rpc("end", "", player(1));
  world.store.hold_loads = true;
  const auto again = world.begin_rpc("add_durable", "5", player(1), "key");
  const auto ending = world.begin_rpc("end", "", player(1));
  world.store.release_loads();
  world.settle();

  CHECK(World::text(again) == "5");
  CHECK(World::text(ending).starts_with("!5"));
  CHECK(world.store.records.empty());
}
