// Entities of two versions that call each other while a swap is committed. A swap that is rolled
// back must leave exactly the same state as no swap at all.
#include <catch2/catch.hpp>
#include <functional>

#include "unit/runtime/fixture.hpp"

using Catch::StartsWith;
using serai::Uuid;
using serai::testing::player, serai::testing::World;

namespace {

constexpr std::uint64_t kPlayers = 12;

// Starts an RPC without waiting, so that it runs beside the shards' next work, for example a swap.
void post_rpc(World& world, const char* id, std::string payload, const Uuid& from) {
  const auto shard = static_cast<std::uint32_t>(from.hash() % world.shards.count());
  world.shards.at(shard).post([&world, id, from, payload = std::move(payload)]() mutable {
    world.runtime->rpc({id, std::move(payload), {from, "ann", {}}, {}},
                       [](const serai::RpcAnswer& answer) { CHECK(answer.payload.ok()); });
  });
}

// Every player adds one to its own counter and sends nine to another player's counter.
void everybody_talks(World& world, std::uint64_t round) {
  for (std::uint64_t i = 0; i < kPlayers; ++i) {
    const std::string other = player((i * 5 + round) % kPlayers).text();
    post_rpc(world, "tell", other, player(i));
    post_rpc(world, "add", "1", player(i));
  }
}

std::vector<std::string> values(World& world) {
  std::vector<std::string> all;
  for (std::uint64_t i = 0; i < kPlayers; ++i) all.push_back(world.rpc("add", "0", player(i)));
  return all;
}

// The log line of an addition for another counter, from its caller's fields on.
std::string caller_of_addition(const World& world) {
  for (const std::string& line : world.log.lines) {
    const std::size_t caller = line.find(" caller_");
    if (!line.starts_with("handler.ran") || caller == std::string::npos) continue;
    if (line.find("rpc=svc_add") != std::string::npos) return line.substr(caller);
  }
  return {};
}

std::string caller(const Uuid& entity) {
  return " caller_kind=counter caller_key=" + entity.text();
}

// Plays the rounds, with `swap` in the middle of each round's messages.
std::vector<std::string> play(const std::function<void(World&, std::uint64_t)>& swap) {
  World world;
  for (std::uint64_t round = 0; round < 8; ++round) {
    everybody_talks(world, round);
    swap(world, round);
    everybody_talks(world, round + 3);
    world.settle();
  }
  return values(world);
}

}  // namespace

TEST_CASE("a version that has moved on answers one that still waits", "[runtime][swap]") {
  World world;
  const auto nap = world.begin_rpc("nap", "", player(2));
  const auto ask = world.begin_rpc("ask", player(2).text(), player(1));

  REQUIRE(world.swap_to(2).ok());
  world.settle();

  CHECK(World::text(nap) == "1");
  CHECK(World::text(ask) == "7");
  std::map<std::string, std::uint64_t> calls;
  for (const auto& figures : world.runtime->figures()) calls[figures.version] = figures.calls;
  CHECK(calls["1"] == 4);  // both calls began and ended in version 1
  CHECK(calls["2"] == 1);  // and called version 2 in between
  CHECK_THAT(caller_of_addition(world),
             StartsWith(caller(player(1)) +
                        " caller_module=counter caller_module_version=1 caller_generation=1"));
}

TEST_CASE("the sender of a message is reported with its version while that is known",
          "[runtime][swap]") {
  World world;
  SECTION("in the life of the process") {
    REQUIRE(world.swap_to(2).ok());
    world.rpc("tell", player(9).text(), player(1));
    CHECK_THAT(caller_of_addition(world),
               StartsWith(caller(player(1)) +
                          " caller_module=counter caller_module_version=2 caller_generation=2"));
  }
  SECTION("after a restart the sender alone is known") {
    world.store.outbox[77] = {
        77, {"counter", player(9).text()}, "svc_add", "9", "counter", player(1).text(), ""};
    world.restart();
    CHECK_THAT(caller_of_addition(world), StartsWith(caller(player(1)) + " duration_ms="));
  }
}

TEST_CASE("messages between versions arrive once, swap after swap", "[runtime][swap]") {
  const auto alone = play([](World&, std::uint64_t) {});

  const auto swapped = play([](World& world, std::uint64_t round) {
    REQUIRE(world.swap_to(round % 2 == 0 ? 2 : 1).ok());
    everybody_talks(world, round + 1);
    world.runtime->retire_former();
  });
  const auto talked_as_much =
      play([](World& world, std::uint64_t round) { everybody_talks(world, round + 1); });

  CHECK(swapped == talked_as_much);
  CHECK(swapped != alone);
}

TEST_CASE("a swap taken back leaves what no swap would have left", "[runtime][swap]") {
  const auto rolled_back = play([](World& world, std::uint64_t round) {
    REQUIRE(world.swap_to(2).ok());
    everybody_talks(world, round + 1);
    REQUIRE(world.runtime->switch_back().ok());
    world.runtime->retire_former();
  });
  const auto talked_as_much =
      play([](World& world, std::uint64_t round) { everybody_talks(world, round + 1); });

  CHECK(rolled_back == talked_as_much);
}
