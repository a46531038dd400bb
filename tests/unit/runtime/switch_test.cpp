#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <map>

#include "model/placement.hpp"
#include "unit/runtime/fixture.hpp"

using serai::testing::player, serai::testing::World;

TEST_CASE("a switch moves every entity and keeps its state", "[runtime][swap]") {
  World world;
  for (std::uint64_t i = 1; i <= 50; ++i) world.rpc("add", std::to_string(i), player(i));

  const auto report = world.swap_to(2);

  REQUIRE(report.ok());
  CHECK(report->entities_moved == 50);
  CHECK(world.entities_on("1") == 0);
  CHECK(world.entities_on("2") == 50);
  for (std::uint64_t i = 1; i <= 50; ++i)
    CHECK(world.rpc("add", "0", player(i)) == std::to_string(i));
  CHECK(world.runtime->retire_former().size() == 1);
}

TEST_CASE("an answer and a refusal tell which version gave it", "[runtime][swap]") {
  World world;
  const auto before = world.begin_rpc("add", "1", player(1));
  REQUIRE(world.swap_to(2).ok());
  const auto refused = world.begin_rpc("spoil", "", player(1));
  const auto after = world.begin_rpc("add_durable", "1", player(1), "key");
  const auto retry = world.begin_rpc("add_durable", "1", player(1), "key");

  CHECK(*(*before)->by.module == "counter");
  CHECK(*(*before)->by.version == "1");
  CHECK_FALSE((*refused)->payload.ok());
  CHECK(*(*refused)->by.version == "2");
  CHECK(*(*after)->by.version == "2");
  CHECK((*after)->by.generation > (*before)->by.generation);
  CHECK(World::text(retry) == World::text(after));
}

TEST_CASE("a table that grows while a switch looks through it hides nobody", "[runtime][swap]") {
  constexpr std::uint64_t kThere = 6'000;  // more than a shard checks in one turn
  constexpr std::uint64_t kMore = 3'000;   // in each of the first milliseconds
  World world;
  for (std::uint64_t i = 1; i <= kThere; ++i) world.rpc("add", "1", player(i));
  world.on(0, [&world] {
    for (std::uint64_t ms = 1; ms <= 3; ++ms) {
      world.shards.at(0).after(static_cast<std::int64_t>(ms), [&world, ms] {
        for (std::uint64_t i = 1; i <= kMore; ++i) {
          serai::RpcRequest request{"add", "1", {player(kThere + ms * kMore + i), "ann", {}}, {}};
          world.runtime->rpc(std::move(request), [](const auto&) {});
        }
      });
    }
  });

  const auto report = world.swap_to(2);

  REQUIRE(report.ok());
  world.advance(5);
  CHECK(report->entities_moved == kThere);
  CHECK(world.entities_on("1") == 0);
  CHECK(world.entities_on("2") == kThere + 3 * kMore);
}

TEST_CASE("one import that fails sends everybody back", "[runtime][swap]") {
  World world;
  for (std::uint64_t i = 1; i <= 30; ++i) world.rpc("add", std::to_string(i), player(i));
  world.rpc("add", "666", player(99));

  const auto report = world.swap_to(2);

  REQUIRE_FALSE(report.ok());
  CHECK(report.error().detail.find("666 is cursed") != std::string::npos);
  CHECK(world.entities_on("1") == 31);
  CHECK(world.entities_on("2") == 0);
  for (std::uint64_t i = 1; i <= 30; ++i)
    CHECK(world.rpc("add", "0", player(i)) == std::to_string(i));
  CHECK(world.rpc("add", "1", player(99)) == "667");
}

TEST_CASE("what is answered while a switch comes to fail is kept", "[runtime][swap]") {
  constexpr std::uint64_t kThere = 30;
  World world(1);
  for (std::uint64_t i = 1; i <= kThere; ++i) world.rpc("add", "1", player(i));
  world.rpc("add", "666", player(99));
  std::map<std::uint64_t, int> sums;
  std::uint64_t asked = 0;
  const auto ask = [&] {
    const std::uint64_t who = 1 + asked++ % kThere;
    serai::RpcRequest request{"add", "100", {player(who), "ann", {}}, {}};
    world.runtime->rpc(std::move(request), [&sums, who](const auto& answer) {
      if (answer.payload.ok()) sums[who] += 100;
    });
  };

  const auto report = world.swap_to(2, {}, [&] {
    world.clock.advance_us(2'000);
    for (std::uint64_t i = 0; i < kThere; ++i) world.shards.at(0).post(ask);
  });

  REQUIRE_FALSE(report.ok());
  world.settle();
  CHECK(world.entities_on("2") == 0);
  CHECK(sums.size() == kThere);
  for (std::uint64_t i = 1; i <= kThere; ++i)
    CHECK(world.rpc("add", "0", player(i)) == std::to_string(1 + sums[i]));
}

// Version 2 cannot write 1313 for version 1, and cannot read 666.
TEST_CASE("what cannot go back when a switch fails is kept for who can read it",
          "[runtime][swap]") {
  World world(1);
  for (std::uint64_t i = 1; i <= 30; ++i) world.rpc("add", "1", player(i));
  world.rpc("add", "666", player(99));
  std::string moved;
  std::string born;
  std::size_t imports = 0;
  const auto ask = [&world](const char* sum, std::uint64_t who, std::string& answer) {
    serai::RpcRequest request{"add_durable", sum, {player(who), "ann", {}}, {}};
    world.runtime->rpc(std::move(request), [&answer](const serai::RpcAnswer& got) {
      answer = got.payload ? *got.payload : got.payload.error().detail;
    });
  };

  const auto report = world.swap_to(2, {}, [&] {
    if (++imports != 10) return;
    world.shards.at(0).post([&] {
      world.clock.advance_us(200'000);
      ask("1312", 1, moved);
      ask("1313", 50, born);
    });
  });

  REQUIRE_FALSE(report.ok());
  CHECK(report.error().detail.find("666 is cursed") != std::string::npos);
  world.settle();
  CHECK(moved == "1313");
  CHECK(born == "1313");
  CHECK(world.entities_on("2") == 0);
  for (const std::uint64_t who : {1U, 50U}) {
    CHECK(world.rpc("add", "0", player(who)).find("cannot be read") != std::string::npos);
  }
  CHECK(world.rpc("add", "1", player(99)) == "667");
  REQUIRE(world.swap_to(2).ok());
  CHECK(world.rpc("add", "0", player(1)) == "1313");
  CHECK(world.rpc("add", "0", player(50)) == "1313");
}

TEST_CASE("an entity in a waiting call moves when the call ends", "[runtime][swap]") {
  World world;
  const auto nap = world.begin_rpc("nap", "", player(1));
  const auto behind = world.begin_rpc("add", "10", player(1));

  REQUIRE(world.swap_to(2).ok());  // returns once everybody has moved

  world.settle();
  CHECK(World::text(nap) == "1");
  CHECK(World::text(behind) == "11");
  CHECK(world.entities_on("2") == 1);
}

TEST_CASE("switching back keeps what happened under the new version", "[runtime][swap]") {
  World world;
  world.rpc("add", "1", player(1));
  REQUIRE(world.swap_to(2).ok());
  world.rpc("add", "10", player(1));
  world.rpc("add", "5", player(2));

  const auto back = world.runtime->switch_back();

  REQUIRE(back.ok());
  CHECK(world.entities_on("1") == 2);
  CHECK(world.rpc("add", "0", player(1)) == "11");
  CHECK(world.rpc("add", "0", player(2)) == "5");
  CHECK(world.runtime->retire_former().size() == 1);
}

constexpr std::int64_t kAsleepMs = 70'000;  // counters fall asleep after a minute

TEST_CASE("a sleeper that cannot go back keeps everybody from going back", "[runtime][swap]") {
  World world;
  REQUIRE(world.swap_to(2).ok());
  world.rpc("add_durable", "1313", player(1));
  world.rpc("add_durable", "5", player(2));
  world.advance(kAsleepMs);
  world.rpc("add", "1", player(2));
  REQUIRE(world.entities_on("2") == 1);

  const auto refused = world.runtime->switch_back();

  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().detail.find(player(1).text()) != std::string::npos);
  CHECK(world.entities_on("2") == 1);
  CHECK(world.rpc("add_durable", "-13", player(1)) == "1300");
  world.advance(kAsleepMs);
  REQUIRE(world.runtime->switch_back().ok());
  CHECK(world.rpc("add", "0", player(1)) == "1300");
  CHECK(world.rpc("add", "0", player(2)) == "6");
}

TEST_CASE("nobody falls asleep while the sleepers are looked at", "[runtime][swap]") {
  World world;
  bool late = false;
  REQUIRE(world.swap_to(2, {}, [&] { world.clock.advance_ms(late ? kAsleepMs : 0); }).ok());
  world.rpc("add_durable", "5", player(1));
  world.advance(kAsleepMs);
  world.rpc("add_durable", "1313", player(2));
  REQUIRE(world.entities_on("2") == 1);

  late = true;
  const auto refused = world.runtime->switch_back();
  late = false;

  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().detail.find(player(2).text()) != std::string::npos);
  CHECK(world.rpc("add", "0", player(2)) == "1313");
}

TEST_CASE("what was written while the way back failed can be read", "[runtime][swap]") {
  World world;
  const auto home = [](const serai::Uuid& who) {
    return serai::shard_of("counter", who.text(), 3);
  };
  serai::Uuid early = player(1);
  for (std::uint64_t i = 2; home(early) != 0; ++i) early = player(i);
  serai::Uuid late = player(1);
  for (std::uint64_t i = 2; home(late) != 2; ++i) late = player(i);
  bool plays = false;
  const auto play = [&] {
    if (!std::exchange(plays, false)) return;
    world.shards.at(0).post([&] {
      world.runtime->rpc({"add_durable", "1", {early, "ann", {}}, {}}, [](const auto&) {});
    });
  };
  REQUIRE(world.swap_to(2, {}, play).ok());
  world.rpc("add_durable", "5", early);
  REQUIRE(world.swap_to(1).ok());
  world.rpc("add_durable", "666", late);  // which version 2 will not import

  plays = true;
  REQUIRE_FALSE(world.runtime->switch_back().ok());

  CHECK_FALSE(plays);
  world.runtime->retire_former();
  world.advance(kAsleepMs);
  CHECK(world.entities_on("1") == 0);
  CHECK(world.rpc("add", "0", early) == "6");
}

TEST_CASE("what only a newer version can read is kept until it is back", "[runtime][swap]") {
  World world;
  REQUIRE(world.swap_to(2).ok());
  world.rpc("later", "30000", player(1));
  world.rpc("add_durable", "1313", player(1));
  world.rpc("add_durable", "5", player(2));

  world.restart();  // on version 1, which cannot read their stored entities
  std::vector<std::unique_ptr<serai::abi::Generation>> reader;
  reader.push_back(serai::testing::make_counter_module(world.runtime->next_generation_id(), 2));
  const auto read = world.runtime->read_with(std::move(reader));
  world.runtime->retire_former();

  REQUIRE_FALSE(read.ok());
  CHECK(read.error().detail.find(player(1).text()) != std::string::npos);
  CHECK(world.rpc("add", "0", player(1)).find("cannot be read") != std::string::npos);
  CHECK(world.rpc("add", "0", player(2)) == "5");
  REQUIRE(world.swap_to(2).ok());
  world.settle();
  CHECK(world.entities_on("2") == 2);  // it stays on version 2 until somebody calls it
  CHECK(world.rpc("add", "0", player(1)) == "1313");
}

TEST_CASE("repeated switches to another version and back lose nothing", "[runtime][swap]") {
  World world;
  for (std::uint64_t i = 1; i <= 20; ++i) world.rpc("add_durable", std::to_string(i), player(i));
  for (int round = 0; round < 10; ++round) {
    REQUIRE(world.swap_to(round % 2 == 0 ? 2 : 1).ok());
    world.rpc("add", "1", player(1));
    world.runtime->retire_former();
  }

  CHECK(world.rpc("add", "0", player(1)) == "11");
  for (std::uint64_t i = 2; i <= 20; ++i)
    CHECK(world.rpc("add", "0", player(i)) == std::to_string(i));
}

TEST_CASE("undo works across a switch", "[runtime][swap][undo]") {
  World world;
  world.rpc("add", "3", player(1));
  REQUIRE(world.swap_to(2).ok());
  world.rpc("add", "4", player(1));

  world.rpc("spoil", "", player(1));

  CHECK(world.rpc("add", "0", player(1)) == "7");
}

TEST_CASE("live entities are exported for the rehearsal while they work", "[runtime][swap]") {
  World world;
  for (std::uint64_t i = 1; i <= 40; ++i) world.rpc("add", std::to_string(i), player(i));
  std::size_t seen = 0;

  const auto result =
      world.runtime->export_live("counter", 0, [&](std::vector<serai::ExportedEntity> batch) {
        seen += batch.size();
        for (const auto& entity : batch) CHECK(entity.state.starts_with("v1:"));
        return true;
      });

  CHECK(result.ok());
  CHECK(seen == 40);
}

TEST_CASE("a match ticks on over a switch, one that fails, and the way back", "[runtime][swap]") {
  World world;
  REQUIRE(world.rpc("open", "", player(1), "match").size() == 36);
  const auto ticks_in_a_second = [&world] {
    const auto calls = [&world] {
      std::uint64_t sum = 0;
      for (const auto& one : world.runtime->figures()) sum += one.calls;
      return sum;
    };
    const std::uint64_t before = calls();
    world.advance(1'000);
    return calls() - before;
  };
  CHECK(ticks_in_a_second() == 10);

  REQUIRE(world.swap_to(2).ok());
  CHECK(ticks_in_a_second() == 10);
  REQUIRE(world.runtime->switch_back().ok());
  CHECK(ticks_in_a_second() == 10);
  world.rpc("add_durable", "666", player(99));
  REQUIRE_FALSE(world.swap_to(2).ok());
  CHECK(ticks_in_a_second() == 10);
}

TEST_CASE("timers go on over a switch", "[runtime][swap]") {
  World world;
  world.rpc("later", "", player(1));
  REQUIRE(world.swap_to(2).ok());

  world.advance(1'200);

  CHECK(world.rpc("add", "0", player(1)) == "100");
}

TEST_CASE("timers go on when a switch fails, and when it goes back", "[runtime][swap]") {
  World world;
  world.rpc("later", "", player(1));
  world.rpc("add", "666", player(99));
  REQUIRE_FALSE(world.swap_to(2).ok());
  world.rpc("add", "1", player(99));
  REQUIRE(world.swap_to(2).ok());
  REQUIRE(world.runtime->switch_back().ok());

  world.advance(1'200);

  CHECK(world.rpc("add", "0", player(1)) == "100");
}

TEST_CASE("a former generation is given back when its last call is over", "[runtime][swap]") {
  World world;
  world.rpc("add", "1", player(1));
  world.store.hold_commits = true;
  const auto last = world.begin_rpc("add_durable", "5", player(1));
  REQUIRE(world.swap_to(2).ok());
  REQUIRE(World::text(last) == "?");
  world.on(0, [&] { world.shards.at(0).after(200, [&] { world.store.release_commits(); }); });

  const auto given_back = world.runtime->retire_former();

  CHECK(given_back.size() == 1);
  CHECK_FALSE(world.store.hold_commits);  // the switch waited for the commit
  world.settle();
  CHECK(World::text(last) == "6");
}

TEST_CASE("while all move, a message waits for one of them at most", "[runtime][swap]") {
  constexpr std::uint64_t kThere = 200;
  constexpr std::int64_t kImportUs = 2'000;  // 400 ms for all of them
  constexpr std::int64_t kEveryMs = 5;
  World world(1);
  for (std::uint64_t i = 1; i <= kThere; ++i) world.rpc("add", "1", player(i));
  const std::int64_t began = world.clock.steady_us();
  std::uint64_t asked = 0;
  std::vector<std::int64_t> waits;
  std::function<void()> ask = [&] {
    const std::int64_t planned = began + static_cast<std::int64_t>(++asked) * kEveryMs * 1'000;
    serai::RpcRequest request{"add", "0", {player(1 + asked * 37 % kThere), "ann", {}}, {}};
    world.runtime->rpc(std::move(request), [&waits, &world, planned](const auto& answer) {
      if (answer.payload.ok()) waits.push_back(world.clock.steady_us() - planned);
    });
    // Sent at the planned moment, as by a client, however long the last answer took.
    const std::int64_t next = planned + kEveryMs * 1'000 - world.clock.steady_us();
    world.shards.at(0).after(std::max<std::int64_t>(0, next / 1'000), ask);
  };
  world.on(0, [&] { world.shards.at(0).after(kEveryMs, ask); });

  const auto report = world.swap_to(2, {}, [&world] { world.clock.advance_us(kImportUs); });

  REQUIRE(report.ok());
  CHECK(report->entities_moved == kThere);
  CHECK(report->pause_us_max == kImportUs);
  CHECK(waits.size() >= 80);
  // At most two imports: one that runs when the message comes, and its own entity's.
  CHECK(*std::ranges::max_element(waits) <= 2 * kImportUs + 1'000);
}

TEST_CASE("answers that were given are remembered over a switch", "[runtime][swap][idempotency]") {
  World world;
  CHECK(world.rpc("add_durable", "5", player(1), "key") == "5");

  REQUIRE(world.swap_to(2).ok());

  CHECK(world.rpc("add_durable", "5", player(1), "key") == "5");
  CHECK(world.rpc("add", "0", player(1)) == "5");
}
