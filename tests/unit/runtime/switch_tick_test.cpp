// Entities that tick while they move from one version to another.
#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <map>

#include "unit/runtime/fixture.hpp"

using serai::MatchId, serai::Presence, serai::Uuid, serai::testing::player, serai::testing::World;

namespace {

constexpr std::int64_t kBeatMs = 100;  // arenas tick at 10 Hz
constexpr int kTicks = 12;

std::string state_of(World& world, const std::string& key) {
  std::string bytes;
  const auto exported =
      world.runtime->export_live("counter", 0, [&](std::vector<serai::ExportedEntity> batch) {
        for (const auto& entity : batch) {
          if (entity.id.key == key) bytes = entity.state;
        }
        return true;
      });
  REQUIRE(exported.ok());
  return bytes;
}

struct Played {
  std::string state;
  int ticks = 0;
  int swaps = 0;
};

// An arena with a player who hits before every third tick. `version_before` chooses, before each
// tick, the version that serves from there on; version 2 writes the final state.
Played play(const std::function<int(int)>& version_before) {
  Played played;
  World world(1, false);
  world.at_tick = [&played](std::string_view) { ++played.ticks; };
  world.begin();
  const std::string key = world.rpc("open", "", player(1), "match");
  const MatchId match{key, "arena"};
  const Presence ann{player(1), Uuid::from_random(1, 5), "ann", 0};
  world.on(0, [&] { world.runtime->match_join({match, ann, {}}, [](const auto&) {}); });
  int serves = 1;
  const auto serve = [&](int version) {
    if (std::exchange(serves, version) == version) return;
    REQUIRE(world.swap_to(version).ok());
    world.runtime->retire_former();
    ++played.swaps;
  };
  // A swap takes time itself, so all events are planned by the clock, soon after a tick.
  const auto advance_to = [&world](std::int64_t ms) {
    world.advance(ms - world.clock.steady_us() / 1'000);
  };

  const std::int64_t between = world.clock.steady_us() / 1'000 + kBeatMs / 10;
  advance_to(between);
  played.ticks = 0;
  for (int i = 0; i < kTicks; ++i) {
    serve(version_before(i));
    if (i % 3 == 0) world.on(0, [&] { world.runtime->match_data({match, ann, 1, "x"}); });
    REQUIRE(played.ticks == i);
    advance_to(between + (i + 1) * kBeatMs);
  }
  serve(2);
  played.state = state_of(world, key);
  return played;
}

}  // namespace

TEST_CASE("a match ends the same before whichever of its ticks it is swapped", "[runtime][swap]") {
  const Played alone = play([](int) { return 1; });
  REQUIRE(alone.ticks == kTicks);
  REQUIRE(alone.state.starts_with("v2:4 "));  // the hits, and the trail of all ticks

  for (int at = 0; at < kTicks; ++at) {
    INFO("swapped before tick " << at);
    const Played swapped = play([at](int tick) { return tick < at ? 1 : 2; });
    CHECK(swapped.ticks == kTicks);
    CHECK(swapped.state == alone.state);
    const Played there_and_back = play([at](int tick) { return tick == at ? 2 : 1; });
    CHECK(there_and_back.state == alone.state);
  }
  const Played at_each = play([](int tick) { return tick % 2 == 0 ? 2 : 1; });
  CHECK(at_each.swaps >= kTicks);
  CHECK(at_each.ticks == kTicks);
  CHECK(at_each.state == alone.state);
}

TEST_CASE("while all move, a tick is late by one of them at most", "[runtime][swap]") {
  constexpr std::uint64_t kCounters = 200;
  constexpr std::uint64_t kArenas = 20;
  constexpr std::int64_t kImportUs = 2'000;  // 440 ms for all of them
  const std::int64_t slice_us = serai::runtime::RuntimeOptions{}.migrate_slice_us;
  World world(1, false);
  std::map<std::string, std::int64_t, std::less<>> last;
  std::int64_t gap_max = 0;
  world.at_tick = [&](std::string_view arena) {
    const std::int64_t now = world.clock.steady_us();
    const auto [before, first] = last.try_emplace(std::string(arena), now);
    if (!first) gap_max = std::max(gap_max, now - before->second);
    before->second = now;
  };
  world.begin();
  for (std::uint64_t i = 1; i <= kCounters; ++i) world.rpc("add", "1", player(i));
  for (std::uint64_t i = 1; i <= kArenas; ++i) world.rpc("open", "", player(i));
  world.advance(2 * kBeatMs);
  REQUIRE(last.size() == kArenas);
  const std::int64_t began = world.clock.steady_us();

  const auto report = world.swap_to(2, {}, [&world] { world.clock.advance_us(kImportUs); });

  REQUIRE(report.ok());
  CHECK(report->entities_moved == kCounters + kArenas);
  CHECK(world.clock.steady_us() - began > 4 * kBeatMs * 1'000);  // long enough to miss ticks
  world.advance(2 * kBeatMs);
  for (const auto& one : world.runtime->figures()) CHECK(one.late_ticks == 0);
  // A turn's time for moves, one import that runs when the tick is due, the timer's grain.
  CHECK(gap_max <= kBeatMs * 1'000 + slice_us + kImportUs + 1'000);
}
