// One player's entities, for operators: erased, checked, woken.
#include <catch2/catch.hpp>

#include "unit/runtime/fixture.hpp"

using namespace serai;
using serai::testing::player, serai::testing::World;

namespace {

EntityId counter_of(std::uint64_t number) { return {"counter", player(number).text()}; }

}  // namespace

TEST_CASE("an erased entity is gone from memory and from the store, with changes not yet written",
          "[runtime][player]") {
  World world;
  world.rpc("add_durable", "2", player(1), "k");
  world.rpc("add", "3", player(1));
  world.rpc("add", "5", player(2));
  REQUIRE(world.store.records.size() == 1);

  REQUIRE(world.runtime->player_entities().erase({counter_of(1)}));
  world.advance(3'000);

  CHECK_FALSE(world.store.records.contains(counter_of(1)));
  CHECK(world.store.records.contains(counter_of(2)));
  CHECK(world.rpc("end", "", player(1)) == "!5 counter not found");
  CHECK(world.rpc("add", "1", player(1)) == "1");
  CHECK(world.rpc("add", "1", player(2)) == "6");
}

TEST_CASE("an entity that is not in memory is erased too, and one that nobody has is no error",
          "[runtime][player]") {
  World world;
  world.rpc("add_durable", "2", player(1), "k");
  world.restart();

  REQUIRE(world.runtime->player_entities().erase({counter_of(1), counter_of(7)}));

  CHECK(world.store.records.empty());
  CHECK(world.runtime->entity_count() == 0);
}

TEST_CASE("the erasure of an entity waits for its handler", "[runtime][player]") {
  World world;
  const auto nap = world.begin_rpc("nap", "", player(1));

  REQUIRE(world.runtime->player_entities().erase({counter_of(1)}));

  world.settle();
  CHECK(World::text(nap) == "1");
  world.advance(3'000);
  CHECK(world.store.records.empty());
}

TEST_CASE("a timer of an erased entity does not go off", "[runtime][player]") {
  World world;
  world.rpc("later", "", player(1));
  REQUIRE(world.store.records.size() == 1);

  REQUIRE(world.runtime->player_entities().erase({counter_of(1)}));
  world.advance(5'000);

  CHECK(world.store.records.empty());
  CHECK(world.runtime->entity_count() == 0);
}

TEST_CASE("an erasure that the store refuses leaves the entity as it was stored",
          "[runtime][player]") {
  World world;
  world.rpc("add_durable", "2", player(1), "k");
  world.store.down = true;

  const auto refused = world.runtime->player_entities().erase({counter_of(1)});
  world.store.down = false;

  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::unavailable);
  CHECK(world.store.records.size() == 1);
  CHECK(world.rpc("add", "1", player(1)) == "3");
}

TEST_CASE("a stored state is checked with the module that would open it", "[runtime][player]") {
  World world;
  world.rpc("add_durable", "2", player(1), "k");
  StoredEntity stored = world.store.records.begin()->second;
  auto& players = world.runtime->player_entities();

  CHECK(players.check(stored));
  CHECK(world.runtime->entity_count() == 1);

  StoredEntity bad = stored;
  bad.state = "nonsense";
  CHECK(players.check(bad).error().code == Errc::data_loss);
  bad = stored;
  bad.host_state = "nonsense";
  CHECK_FALSE(players.check(bad));
  bad = stored;
  bad.schema = 99;
  CHECK_FALSE(players.check(bad));
  bad = stored;
  bad.id.kind = "dragon";
  CHECK(players.check(bad).error().detail == "no module has the kind 'dragon'");
}

TEST_CASE("an entity that comes by an import goes off by its timers", "[runtime][player]") {
  World world;
  world.rpc("later", "", player(1));
  const StoredEntity stored = world.store.records.begin()->second;
  REQUIRE(world.runtime->player_entities().erase({counter_of(1)}));
  world.store.records[stored.id] = stored;

  world.runtime->player_entities().wake({stored.id});
  world.advance(5'000);

  CHECK(world.rpc("add", "0", player(1)) == "100");
}

TEST_CASE("the contract of players names gold and the kinds that name their player",
          "[runtime][player]") {
  World world(3, false);
  world.edit_v1 = [](std::string& manifest) {
    const std::string arena = R"("name":"arena",)";
    manifest.insert(manifest.find(arena) + arena.size(),
                    R"("state":"game.Arena","owner":"player_id",)");
  };
  world.begin();

  const auto contract = world.runtime->player_entities().contract();

  REQUIRE(contract.kinds.size() == 1);
  CHECK(contract.kinds[0].kind == "arena");
  CHECK(contract.kinds[0].owner == "player_id");
  REQUIRE_FALSE(contract.purses.empty());
  CHECK(contract.purses[0].prefix == "player:");
}
