// A run, entity or player that exceeds a limit is refused, without effects, and counted.
#include "runtime/shard/limits.hpp"

#include <catch2/catch.hpp>

#include "fixture.hpp"
#include "runtime/commit/recent_answers.hpp"
#include "runtime/shard/player_quotas.hpp"

using namespace serai;
using namespace serai::runtime;
using namespace serai::testing;

namespace {

struct Limited {
  RecordedMetrics metrics;
  World world{1, false};

  explicit Limited(const RuntimeLimits& limits) {
    world.limits = limits;
    world.metrics = &metrics;
    world.build();
    world.begin();
  }
  std::string ask(const std::string& id,
                  const std::string& payload,
                  std::uint64_t number = 1,
                  const std::string& key = {}) {
    return world.rpc(id, payload, player(number), key);
  }
  double refused(const std::string& limit) { return metrics.value("serai_refused_total", limit); }
};

}  // namespace

TEST_CASE("a state beyond its limit is refused and undone", "[runtime][limits]") {
  Limited limited({.state_bytes = 8});
  CHECK(limited.ask("add_durable", "5") == "5");

  CHECK(limited.ask("add_durable", "1000000000") ==
        "!8 The state of this counter has 13 bytes, the limit is 8 (limits.state_bytes)");

  CHECK(limited.ask("add_durable", "1") == "6");
  CHECK(limited.refused("state_bytes") == 1);
}

TEST_CASE("a state that grew beyond its limit unseen may only become smaller",
          "[runtime][limits]") {
  Limited limited({.state_bytes = 8});
  limited.ask("add", "1000000000");
  limited.world.advance(2'000);  // the write-behind measures its size

  CHECK(limited.ask("add", "99000000000").starts_with("!8 The state of this counter"));
  CHECK(limited.ask("add", "-1") == "999999999");
}

TEST_CASE("an answer beyond its limit is refused, a kept one earlier", "[runtime][limits]") {
  Limited limited({.reply_bytes = 8, .kept_answer_bytes = 4});
  CHECK(limited.ask("echo", "12345678") == "12345678");
  CHECK(limited.ask("echo", "123456789") ==
        "!8 The answer has 9 bytes, the limit is 8 (limits.reply_bytes)");

  CHECK(limited.ask("add_durable", "12345", 1, "a key") ==
        "!8 The answer, which is kept for retries, has 5 bytes, the limit is 4 "
        "(limits.kept_answer_bytes)");
  CHECK(limited.ask("add_durable", "12345") == "12345");
  CHECK(limited.world.store.records.size() == 1);
  CHECK(limited.refused("reply_bytes") == 1);
  CHECK(limited.refused("kept_answer_bytes") == 1);
}

TEST_CASE("an entity has so many timers, a run so many effects", "[runtime][limits]") {
  Limited no_timers({.entity_timers = 0});
  CHECK(no_timers.ask("later", "") == "!8 later may have 0 entity_timers (limits.entity_timers)");
  Limited one_timer({.entity_timers = 1});
  CHECK(one_timer.ask("later", "").empty());
  CHECK(one_timer.ask("later", "").empty());  // replaces the same timer

  Limited no_effects({.run_effects = 0});
  CHECK(no_effects.ask("tell", "somebody") ==
        "!8 tell may have 0 run_effects (limits.run_effects)");
  Limited few_bytes({.run_effect_bytes = 0});
  CHECK(few_bytes.ask("tell", "somebody").starts_with("!8 tell may have 0 run_effect_bytes"));
  CHECK(few_bytes.refused("run_effect_bytes") == 1);
}

TEST_CASE("a player makes so many entities, and waits for more", "[runtime][limits]") {
  Limited limited({.player_entities_per_min = 3});
  for (int i = 0; i < 3; ++i) CHECK(Uuid::parse(limited.ask("open", "")).has_value());

  CHECK(limited.ask("open", "").starts_with("!8 Your quota is used up: wait 20000 ms"));
  CHECK(limited.ask("relay", player(1).text() + " svc_add") ==
        "!8 Your quota is used up: wait 20000 ms (limits.player_entities_per_min)");
  CHECK(Uuid::parse(limited.ask("open", "", 2)).has_value());

  limited.world.advance(20'000);
  CHECK(Uuid::parse(limited.ask("open", "")).has_value());
  CHECK(limited.refused("player_entities_per_min") == 2);
}

TEST_CASE("a player writes so much, and waits", "[runtime][limits]") {
  Limited limited({.player_written_bytes_per_sec = 100});
  std::string answer;
  for (int i = 0; i < 100 && !answer.starts_with("!"); ++i)
    answer = limited.ask("add_durable", "1");

  CHECK_THAT(answer, Catch::Contains("(limits.player_written_bytes_per_sec)"));
  CHECK(limited.ask("add_durable", "1", 2) == "1");
  limited.world.advance(3'000);
  CHECK_FALSE(limited.ask("add_durable", "1").starts_with("!"));
}

TEST_CASE("what is written behind counts too", "[runtime][limits]") {
  Limited limited({.player_written_bytes_per_sec = 10});
  limited.ask("add", "1");
  limited.world.advance(1'100);

  CHECK_THAT(limited.ask("add", "1"), Catch::Contains("(limits.player_written_bytes_per_sec)"));
}

TEST_CASE("who has too much waiting for the disk is refused before a durable handler",
          "[runtime][limits]") {
  World world(1);
  world.store.crowded.insert(player(1));

  CHECK(world.rpc("add_durable", "5", player(1)) == "!8 crowded");
  CHECK(world.rpc("add_durable", "5", player(2)) == "5");
  CHECK(world.rpc("add", "1", player(1)) == "1");  // does not wait for the disk, and saw no change

  world.store.crowded.clear();
  CHECK(world.rpc("add_durable", "5", player(1)) == "6");
}

TEST_CASE("an entity's key has a limit, whoever names it", "[runtime][limits]") {
  World world(1);
  const std::string key(256, 'k');

  CHECK(world.rpc("relay", key + " svc_add", player(1)).starts_with("!3"));
  CHECK(world.rpc("ask", key, player(1)).starts_with("!3"));
  CHECK(world.rpc("tell", key, player(1)).starts_with("!3"));
  CHECK(world.rpc("relay", key.substr(1) + " svc_add", player(1)) == "5");
  CHECK(world.store.records.size() == 1);
}

TEST_CASE("a quota is used up, waits, and refills", "[runtime][limits]") {
  ManualClock clock;
  PlayerQuotas quotas({.player_busy_ms_per_sec = 100});
  const auto charge_ms = [&](std::int64_t ms) {
    quotas.charge(
        player(1), PlayerQuotas::Use::busy_us, 1e3 * static_cast<double>(ms), clock.steady_us());
  };
  charge_ms(400);
  CHECK_FALSE(quotas.over(player(1), clock));
  charge_ms(50);

  const auto over = quotas.over(player(1), clock);
  REQUIRE(over);
  CHECK(over->bound == Bound::player_busy_ms_per_sec);
  CHECK(over->wait_ms == 500);
  CHECK_FALSE(quotas.over(player(2), clock));
  clock.advance_ms(500);
  CHECK_FALSE(quotas.over(player(1), clock));
  charge_ms(1);
  CHECK(quotas.over(player(1), clock));
}

TEST_CASE("a single call that hangs does not lock its player out", "[runtime][limits]") {
  ManualClock clock;
  PlayerQuotas quotas({.player_busy_ms_per_sec = 100});
  quotas.charge(player(1), PlayerQuotas::Use::busy_us, 60e6, clock.steady_us());
  CHECK_FALSE(quotas.over(player(1), clock));
}

TEST_CASE("who answers for nobody has no quota", "[runtime][limits]") {
  ManualClock clock;
  PlayerQuotas quotas({.player_busy_ms_per_sec = 1});
  quotas.charge(Uuid{}, PlayerQuotas::Use::busy_us, 1e9, clock.steady_us());
  CHECK_FALSE(quotas.over(Uuid{}, clock));
}

TEST_CASE("answers in memory are bounded by their bytes", "[runtime][limits]") {
  RecentAnswers recent(1 << 20);
  for (int i = 0; i < 100; ++i) {
    const std::string name = std::to_string(i);
    recent.add(name, 1, std::string(64 << 10, 'x'));
    recent.committed(name);
    CHECK(recent.bytes() <= 1 << 20);
  }
  CHECK(recent.find("0") == nullptr);
  REQUIRE(recent.find("99") != nullptr);
  CHECK(recent.find("99")->committed);
}
