// The counts that a probation compares: how each handler's calls ended, by caller.
#include <catch2/catch.hpp>

#include "unit/runtime/fixture.hpp"

using serai::runtime::cell_of_player, serai::kOwnCell, serai::Outcomes;
using serai::testing::player, serai::testing::World;

namespace {

Outcomes outcomes(const World& world, const std::string& handler, std::size_t cell) {
  const auto figures = world.runtime->figures().at(0);
  const auto found = std::ranges::find(figures.handlers, handler, &serai::HandlerFigures::name);
  REQUIRE(found != figures.handlers.end());
  return found->callers.at(cell);
}

}  // namespace

TEST_CASE("refusals are counted by handler and caller, apart from failures", "[runtime]") {
  World world;
  const std::size_t ann = cell_of_player(player(1));
  world.rpc("add", "5", player(1));
  world.rpc("spoil", "refuse", player(1));
  world.rpc("spoil", "refuse", player(1));
  world.rpc("spoil", "", player(1));

  CHECK(outcomes(world, "counter/add", ann).ended == 1);
  CHECK(outcomes(world, "counter/add", ann).refused == 0);
  CHECK(outcomes(world, "counter/spoil", ann).ended == 3);
  CHECK(outcomes(world, "counter/spoil", ann).refused == 2);
  CHECK(outcomes(world, "counter/spoil", kOwnCell).ended == 0);
  CHECK(world.runtime->figures().at(0).refusals == 2);
  CHECK(world.runtime->figures().at(0).failures == 1);
}

TEST_CASE("what runs without a player, and without an entity, is counted too", "[runtime]") {
  World world;
  world.rpc("later", "", player(1));
  world.advance(2'000);
  world.rpc("relay", "somebody nothing", player(1));

  CHECK(outcomes(world, "counter/ring", kOwnCell).ended == 1);
  const Outcomes relayed = outcomes(world, "relay", cell_of_player(player(1)));
  CHECK(relayed.ended == 1);
  CHECK(relayed.refused == 1);
}
