// Barrier, drain and canary: which entities move, and when.
#include <catch2/catch.hpp>

#include "unit/runtime/fixture.hpp"

using namespace serai;
using namespace serai::runtime;
using serai::testing::kCanary, serai::testing::kDrain, serai::testing::player,
    serai::testing::World;

namespace {

constexpr abi::MovePolicy kBarrier{abi::MovePolicy::Kind::barrier, 0};
constexpr std::uint64_t kPlayers = 200;

void fill(World& world) {
  for (std::uint64_t i = 1; i <= kPlayers; ++i) world.rpc("add", std::to_string(i), player(i));
}

void check_all(World& world) {
  for (std::uint64_t i = 1; i <= kPlayers; ++i) {
    CHECK(world.rpc("add", "0", player(i)) == std::to_string(i));
  }
}

}  // namespace

// ---- Barrier ----------------------------------------------------------------------------------

TEST_CASE("behind a barrier all entities move before anybody goes on", "[runtime][swap][policy]") {
  World world;
  fill(world);

  const auto report = world.swap_to(2, kBarrier);

  REQUIRE(report.ok());
  CHECK(report->entities_moved == kPlayers);
  CHECK(world.entities_on("2") == kPlayers);
  check_all(world);
}

TEST_CASE("what came behind a barrier goes back behind one", "[runtime][swap][policy]") {
  World world;
  for (std::uint64_t i = 1; i <= 20; ++i) world.rpc("add", "1", player(i));
  REQUIRE(world.swap_to(2, kBarrier).ok());
  world.begin_rpc("nap", "300", player(1));  // the barrier waits for it

  const auto back = world.runtime->switch_back();

  REQUIRE(back.ok());
  CHECK(back->held_us >= 300'000);
  CHECK(world.entities_on("1") == 20);
}

TEST_CASE("handlers that keep the barrier waiting do not keep a version from going back",
          "[runtime][swap][policy]") {
  World world;
  world.rpc("add", "1", player(1));
  REQUIRE(world.swap_to(2, kBarrier).ok());
  const auto nap = world.begin_rpc("nap", "3000", player(1));

  const auto back = world.runtime->switch_back();

  REQUIRE(back.ok());
  CHECK(back->held_us == 0);
  CHECK(world.entities_on("1") == 1);
  CHECK(World::text(nap) == "2");
}

TEST_CASE("a barrier lets calls in flight end and holds all else back", "[runtime][swap][policy]") {
  World world;
  world.rpc("add", "1", player(1));
  world.rpc("add", "1", player(2));
  const auto nap = world.begin_rpc("nap", "", player(1));  // 100 ms
  std::vector<World::Slot> behind;
  bool held = false;
  world.on(0, [&] {
    world.shards.at(0).after(50, [&] {  // while the barrier waits for the nap
      behind.push_back(world.begin_rpc("add", "10", player(2)));
      behind.push_back(world.begin_rpc("echo", "hello", player(3)));
    });
    world.shards.at(0).after(
        90, [&] { held = World::text(behind.at(0)) == "?" && World::text(behind.at(1)) == "?"; });
  });

  const auto report = world.swap_to(2, kBarrier);

  REQUIRE(report.ok());
  CHECK(World::text(nap) == "2");
  CHECK(held);
  world.settle();
  REQUIRE(behind.size() == 2);
  CHECK(World::text(behind[0]) == "11");
  CHECK(World::text(behind[1]) == "hello");
  CHECK(world.entities_on("2") == 2);
}

TEST_CASE("a question asked before the barrier is answered by an entity that has others to answer",
          "[runtime][swap][policy]") {
  World world;
  world.rpc("add", "1", player(2));
  // Player 1's entity calls player 2's, whose mailbox has another message before the call.
  std::vector<World::Slot> answers;
  world.shards.at(0).post([&] {
    answers.push_back(world.begin_rpc("nap", "", player(2)));
    answers.push_back(world.begin_rpc("add", "100", player(2)));
    answers.push_back(world.begin_rpc("ask", player(2).text(), player(1)));
  });
  world.settle();

  const auto report = world.swap_to(2, kBarrier);

  REQUIRE(report.ok());
  world.settle();
  CHECK(World::text(answers[0]) == "2");
  CHECK(World::text(answers[1]) == "102");
  CHECK(World::text(answers[2]) == "108");  // 102 + 5, and 1 for having waited
}

TEST_CASE("a barrier that a handler keeps waiting is refused, names it, and moves nothing",
          "[runtime][swap][policy]") {
  World world;
  fill(world);
  const auto nap = world.begin_rpc("nap", "5000", player(1));
  const auto held = world.begin_rpc("add", "0", player(1));

  const auto report = world.swap_to(2, kBarrier);

  REQUIRE_FALSE(report.ok());
  CHECK(report.error().code == Errc::deadline_exceeded);
  CHECK(report.error().detail.find("waits in nap") != std::string::npos);
  CHECK(world.entities_on("2") == 0);
  world.advance(5'000);
  CHECK(World::text(nap) == "2");
  CHECK(World::text(held) == "2");
  CHECK(world.rpc("add", "0", player(7)) == "7");
}

TEST_CASE("an import that fails behind a barrier sends everybody back", "[runtime][swap][policy]") {
  World world;
  fill(world);
  world.rpc("add", "666", player(999));

  REQUIRE_FALSE(world.swap_to(2, kBarrier).ok());

  CHECK(world.entities_on("1") == kPlayers + 1);
  check_all(world);
}

// ---- Drain ------------------------------------------------------------------------------------

TEST_CASE("drain leaves open entities with the former generation until they end",
          "[runtime][swap][policy]") {
  World world;
  world.rpc("add", "1", player(1));
  world.rpc("add", "2", player(2));

  REQUIRE(world.swap_to(2, kDrain).ok());
  world.rpc("add", "3", player(3));

  CHECK(world.entities_on("1") == 2);
  CHECK(world.entities_on("2") == 1);
  CHECK(world.runtime->retire_former().empty());  // settled, but the former version still serves
  CHECK(world.rpc("add", "0", player(1)) == "1");
  CHECK(world.runtime->retire_drained().empty());

  world.rpc("end", "", player(1));
  world.rpc("end", "", player(2));
  CHECK(world.entities_on("1") == 0);
  CHECK(world.runtime->retire_drained().size() == 1);
  CHECK(world.runtime->figures().size() == 1);
  CHECK(world.rpc("add", "0", player(3)) == "3");
}

TEST_CASE("what slept while its generation drained wakes in the new one",
          "[runtime][swap][policy]") {
  World world;
  world.rpc("add_durable", "7", player(1));
  REQUIRE(world.swap_to(2, kDrain).ok());
  CHECK(world.runtime->retire_former().empty());

  world.advance(120'000);  // idle: passivated

  CHECK(world.entities_on("1") == 0);
  CHECK(world.rpc("add", "0", player(1)) == "7");
  CHECK(world.entities_on("2") == 1);
  CHECK(world.runtime->retire_drained().size() == 1);
}

TEST_CASE("a module that drains is not swapped again until it has", "[runtime][swap][policy]") {
  World world;
  world.rpc("add", "1", player(1));
  REQUIRE(world.swap_to(2, kDrain).ok());
  world.runtime->retire_former();

  const auto refused = world.swap_to(2);

  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().detail.find("still serves 1 entities") != std::string::npos);
  world.rpc("end", "", player(1));
  CHECK(world.runtime->retire_drained().size() == 1);
  CHECK(world.swap_to(2).ok());
}

TEST_CASE("a drain on probation goes back as a whole", "[runtime][swap][policy]") {
  World world;
  world.rpc("add", "1", player(1));
  REQUIRE(world.swap_to(2, kDrain).ok());
  world.rpc("add", "2", player(2));

  REQUIRE(world.runtime->switch_back().ok());

  CHECK(world.entities_on("1") == 2);
  CHECK(world.runtime->retire_former().size() == 1);
  CHECK(world.rpc("add", "0", player(2)) == "2");
}

// ---- Canary -----------------------------------------------------------------------------------

TEST_CASE("a canary moves its share, the rest follows", "[runtime][swap][policy]") {
  World world;
  fill(world);

  REQUIRE(world.swap_to(2, kCanary).ok());

  const std::uint64_t share = world.entities_on("2");
  CHECK(share > kPlayers / 10);  // about a fifth: it depends on the hash
  CHECK(share < kPlayers * 3 / 10);
  CHECK(world.entities_on("1") == kPlayers - share);
  check_all(world);
  CHECK(world.entities_on("2") == share);

  const auto rest = world.runtime->switch_rest();
  REQUIRE(rest.ok());
  CHECK(rest->entities_moved == kPlayers - share);
  CHECK(world.entities_on("1") == 0);
  CHECK(world.runtime->retire_former().size() == 1);
  check_all(world);
}

TEST_CASE("among canaries an entity always wakes in the same generation",
          "[runtime][swap][policy]") {
  World world;
  for (std::uint64_t i = 1; i <= kPlayers; ++i) {
    world.rpc("add_durable", std::to_string(i), player(i));
  }
  REQUIRE(world.swap_to(2, kCanary).ok());
  const std::uint64_t share = world.entities_on("2");
  world.advance(120'000);
  CHECK(world.entities_on("1") + world.entities_on("2") == 0);

  check_all(world);

  CHECK(world.entities_on("2") == share);
  CHECK(world.entities_on("1") == kPlayers - share);
}

TEST_CASE("canaries go back, and what they did stays", "[runtime][swap][policy]") {
  World world;
  fill(world);
  REQUIRE(world.swap_to(2, kCanary).ok());
  for (std::uint64_t i = 1; i <= kPlayers; ++i) world.rpc("add", "1000", player(i));

  REQUIRE(world.runtime->switch_back().ok());

  CHECK(world.entities_on("1") == kPlayers);
  for (std::uint64_t i = 1; i <= kPlayers; ++i) {
    CHECK(world.rpc("add", "0", player(i)) == std::to_string(i + 1000));
  }
}

TEST_CASE("a rest that cannot follow stays behind whole", "[runtime][swap][policy]") {
  World world;
  fill(world);
  REQUIRE(world.swap_to(2, kCanary).ok());
  const std::uint64_t share = world.entities_on("2");
  for (std::uint64_t i = 1; i <= kPlayers; ++i) {
    world.rpc("add", "-" + std::to_string(i), player(i));
    world.rpc("add", "666", player(i));  // which version 2 will not import
  }

  const auto rest = world.runtime->switch_rest();

  REQUIRE_FALSE(rest.ok());
  CHECK(rest.error().detail.find("cursed") != std::string::npos);
  CHECK(world.entities_on("2") == share);
  CHECK(world.entities_on("1") == kPlayers - share);
  REQUIRE(world.runtime->switch_back().ok());
  CHECK(world.entities_on("1") == kPlayers);
}
