// Timers whose handler fails: when they are tried again, and what is stored about them.
#include <algorithm>
#include <catch2/catch.hpp>

#include "base/wire_bytes.hpp"
#include "unit/runtime/fixture.hpp"

using serai::testing::kRefuses, serai::testing::kRefusesLater, serai::testing::kThrows;
using serai::testing::player, serai::testing::World;

namespace {

constexpr const char* kRing = R"({"name":"ring","on":"timer","kind":"counter")";

// The timer's row of the manifest with more members, such as `,"durable":true`.
serai::testing::EditManifest with(const std::string& more) {
  return [more](std::string& manifest) {
    const std::size_t at = manifest.find(kRing);
    SERAI_ASSERT(at != std::string::npos);
    manifest.insert(at + std::string(kRing).size(), more);
  };
}

// A version in which the timer's handler has another name.
void rename_ring(std::string& manifest) {
  const std::string name = R"({"name":"ring")";
  manifest.replace(manifest.find(name), name.size(), R"({"name":"gong")");
}

// A counter with a timer that is due in a second. The counter's number makes the handler fail.
struct Ringing : World {
  explicit Ringing(std::int64_t number = kRefuses, const std::string& more = {})
      : World(3, false), number_(number) {
    edit_v1 = with(more);
    begin();
    rpc("add_durable", std::to_string(number), player(1));
    rpc("later", "", player(1));
  }
  void mend() { rpc("add", std::to_string(-number_), player(1)); }
  std::string number() { return rpc("add", "0", player(1)); }
  std::ptrdiff_t lines(std::string_view event) const {
    return std::ranges::count_if(
        log.lines, [event](const std::string& line) { return line.starts_with(event); });
  }
  std::ptrdiff_t failures() const { return lines("timer.failed "); }
  serai::runtime::WaitingTimers waiting() { return runtime->waiting_timers(10); }

 private:
  std::int64_t number_;
};

}  // namespace

TEST_CASE("a timer whose handler fails is tried again, each time later", "[runtime][timer]") {
  Ringing world(GENERATE(kRefuses, kThrows, kRefusesLater));
  const std::string before = world.number();
  world.advance(1'500);
  CHECK(world.failures() == 1);
  world.advance(1'000);
  CHECK(world.failures() == 2);
  world.advance(1'400);
  CHECK(world.failures() == 2);
  world.advance(1'000);
  CHECK(world.failures() == 3);
  CHECK(world.number() == before);  // the handler's change is undone

  world.mend();
  world.advance(4'000);

  CHECK(world.number() == "100");
  CHECK(world.waiting().count == 0);
  world.advance(60'000);
  CHECK(world.number() == "100");
}

TEST_CASE("the back-off of a timer doubles from a second to an hour", "[runtime][timer]") {
  CHECK(serai::runtime::timer_back_off_ms(1) == 1'000);
  CHECK(serai::runtime::timer_back_off_ms(2) == 2'000);
  CHECK(serai::runtime::timer_back_off_ms(12) == 2'048'000);
  CHECK(serai::runtime::timer_back_off_ms(13) == 3'600'000);
  CHECK(serai::runtime::timer_back_off_ms(UINT32_MAX) == 3'600'000);
}

TEST_CASE("a failed timer is logged with its attempt, the time of the next and the reason",
          "[runtime][timer]") {
  Ringing world;
  world.advance(1'100);

  const std::string generation = std::to_string(world.runtime->figures().front().generation);
  const std::string line = "timer.failed module=counter module_version=1 generation=" + generation +
                           " kind=counter key=" + player(1).text() +
                           " handler=ring timer=1 try=1 next_try_in_ms=1000 reason=not now";
  CHECK(std::ranges::count(world.log.lines, line) == 1);
}

TEST_CASE("what waits is listed with its tries and the last error", "[runtime][timer]") {
  Ringing world;
  world.rpc("later", "", player(2));
  CHECK(world.waiting().failed == 0);
  world.advance(950);
  world.rpc("later", "", player(3));
  world.advance(2'500);  // two tries of the first one; the others have gone off
  world.rpc("later", "", player(4));

  const serai::runtime::WaitingTimers all = world.waiting();

  CHECK(all.count == 2);
  CHECK(all.failed == 1);
  CHECK(all.shards_missing == 0);
  REQUIRE(all.first.size() == 2);
  const serai::runtime::WaitingTimer& first = all.first.front();
  CHECK(first.module == "counter");
  CHECK(first.entity == serai::EntityId{"counter", player(1).text()});
  CHECK(first.id == 1);
  CHECK(first.handler == "ring");
  CHECK(first.tries == 2);
  CHECK(first.error == "not now");
  CHECK(first.due_ms > world.clock.now_ms());
  CHECK(all.first.back().entity.key == player(4).text());
  CHECK(world.runtime->waiting_timers(1).first.size() == 1);
  CHECK(world.runtime->waiting_timers(1).first.front().tries == 2);
  CHECK(world.runtime->waiting_timers(0).count == 2);
}

TEST_CASE("the tries of a timer are kept over a crash", "[runtime][timer]") {
  Ringing world;
  world.advance(8'900);  // tried at 1, 2, 4 and 8 s, and written behind
  REQUIRE(world.failures() == 4);
  world.log.lines.clear();

  world.restart();

  REQUIRE(world.waiting().first.size() == 1);
  CHECK(world.waiting().first.front().tries >= 3);
  CHECK(world.waiting().first.front().error == "not now");
  world.mend();
  world.advance(8'000);
  CHECK(world.number() == "100");
}

TEST_CASE("a timer that failed goes on over a swap and the way back", "[runtime][timer][swap]") {
  Ringing world;
  world.advance(1'100);
  REQUIRE(world.swap_to(2).ok());
  world.advance(1'100);
  CHECK(world.failures() == 2);
  REQUIRE(world.runtime->switch_back().ok());
  CHECK(world.waiting().first.at(0).tries == 2);

  world.mend();
  world.advance(2'000);

  CHECK(world.number() == "100");
}

TEST_CASE("a timer whose handler a version lacks is kept for the next", "[runtime][timer][swap]") {
  Ringing world;
  world.mend();
  REQUIRE(world.swap_to(2, {}, {}, rename_ring).ok());
  world.advance(3'500);
  CHECK(world.number() == "0");
  REQUIRE(world.waiting().first.size() == 1);
  CHECK(world.waiting().first.front().error.find("no such handler in version 2") !=
        std::string::npos);

  REQUIRE(world.runtime->switch_back().ok());
  world.advance(4'000);

  CHECK(world.number() == "100");
}

TEST_CASE("a timer set anew has no tries behind it, one cancelled is gone", "[runtime][timer]") {
  Ringing world;
  world.advance(5'000);
  REQUIRE(world.waiting().first.at(0).tries == 3);

  world.rpc("later", "", player(1));

  CHECK(world.waiting().count == 1);
  CHECK(world.waiting().failed == 0);
  world.rpc("end", "", player(1));
  CHECK(world.waiting().count == 0);
}

TEST_CASE("a timer is given up when its retries are used up", "[runtime][timer]") {
  Ringing world(kRefuses, R"(,"retries":2)");
  world.advance(3'500);
  CHECK(world.lines("timer.given_up") == 0);
  CHECK(world.waiting().count == 1);
  world.advance(1'000);

  CHECK(world.failures() == 3);
  CHECK(world.lines("timer.given_up") == 1);
  CHECK(world.waiting().count == 0);
  world.advance(70'000);
  CHECK(world.runtime->entity_count() == 0);  // nothing keeps it awake
  world.restart();
  world.mend();
  world.advance(10'000);
  CHECK(world.number() == "0");
}

TEST_CASE("retries: 0 is no second try", "[runtime][timer]") {
  Ringing world(kRefuses, R"(,"retries":0)");
  world.advance(10'000);
  CHECK(world.failures() == 1);
  CHECK(world.waiting().count == 0);
}

TEST_CASE("a timer whose commit the disk refuses waits longer each time", "[runtime][timer]") {
  Ringing world(0, R"(,"durable":true)");
  world.store.down = true;
  world.advance(62'000);

  // At 1, 2, 4, 8, 16 and 32 s, each a little later, because its entity is read from disk first.
  CHECK(world.lines("entity.commit_lost") >= 4);
  CHECK(world.lines("entity.commit_lost") <= 6);
  CHECK(world.failures() == world.lines("entity.commit_lost"));
  CHECK(world.waiting().first.at(0).error == "disk gone");

  world.store.down = false;
  world.advance(64'000);
  CHECK(world.number() == "100");
  CHECK(world.waiting().count == 0);
}

TEST_CASE("a timer given up while the disk refused is given up for good", "[runtime][timer]") {
  Ringing world(0, R"(,"durable":true,"retries":1)");
  world.store.down = true;
  world.advance(10'000);
  CHECK(world.failures() == 2);
  world.store.down = false;
  world.advance(60'000);

  CHECK(world.lines("timer.given_up") == 1);
  CHECK(world.number() == "0");
}

TEST_CASE("a timer that an eviction cuts short is tried again", "[runtime][timer]") {
  Ringing world(kRefusesLater);
  world.store.hold_commits = true;
  world.begin_rpc("add_durable", "0", player(1));
  world.advance(1'020);  // its handler waits
  world.store.lose_next(1);
  world.store.release_commits();
  world.advance(500);

  CHECK(world.lines("entity.evicted") == 1);
  CHECK(world.failures() == 1);
  world.mend();
  CHECK(world.waiting().first.at(0).tries == 1);
  world.advance(2'000);
  CHECK(world.number() == "100");
}

TEST_CASE("a timer that the host died of has failed once more", "[runtime][timer]") {
  World world;
  world.rpc("later", "", player(1));
  world.runtime.reset();
  world.clock.advance_ms(1'100);  // it went off, and nothing was written after that
  world.crash = serai::runtime::TimerCrash{{"counter", player(1).text()}, 1, "SIGSEGV"};
  world.restart();

  const serai::runtime::WaitingTimers all = world.runtime->waiting_timers(10);
  REQUIRE(all.first.size() == 1);
  CHECK(all.first.front().tries == 1);
  CHECK(all.first.front().error == "the host crashed with SIGSEGV in this handler");
  CHECK(world.rpc("add", "0", player(1)) == "0");

  world.restart();  // the timer crashes the host again at once: the try was written before
  CHECK(world.runtime->waiting_timers(10).first.front().tries == 1);
  world.advance(1'100);
  CHECK(world.rpc("add", "0", player(1)) == "100");
}

TEST_CASE("the host's state keeps what is known of a timer", "[runtime][timer]") {
  serai::runtime::HostState state;
  state.label = "x";
  state.timers[3] = {1'700, "ring", "100", 9, "not now"};

  const auto read = serai::runtime::HostState::decode(state.encode());

  REQUIRE(read.ok());
  CHECK(read->timers.at(3).due_ms == 1'700);
  CHECK(read->timers.at(3).tries == 9);
  CHECK(read->timers.at(3).error == "not now");
}

TEST_CASE("a host's state of format 1 is read, a later one is refused", "[runtime][timer]") {
  serai::WireWriter out;
  out.number(GENERATE(1U, 3U));
  for (int i = 0; i < 3; ++i) out.number(0);  // generator, ticks
  out.signed_number(0);
  out.text("label");
  out.number(1);
  out.number(7);
  out.signed_number(1'700);
  out.text("ring");
  out.text("100");
  const std::string bytes = out.take();

  const auto read = serai::runtime::HostState::decode(bytes);

  CHECK(read.ok() == (bytes.front() == 1));
  if (!read) return;
  CHECK(read->timers.at(7).payload == "100");
  CHECK(read->timers.at(7).tries == 0);
}

TEST_CASE("a reason is kept as far as there is room, cut between characters", "[runtime][timer]") {
  // The host's own text here, with kind and version, may be long; it is not the module's.
  Ringing world;
  world.mend();
  REQUIRE(world
              .swap_to(2,
                       {},
                       {},
                       [](std::string& manifest) {
                         rename_ring(manifest);
                         const std::string version = R"("version":"%")";
                         std::string longer = R"("version":")";
                         for (int i = 0; i < 200; ++i) longer += "é";
                         manifest.replace(manifest.find(version), version.size(), longer + '"');
                       })
              .ok());
  world.advance(1'500);

  const std::string error = world.waiting().first.at(0).error;
  CHECK(error.size() <= serai::runtime::kTimerErrorMax);
  CHECK(error.size() >= serai::runtime::kTimerErrorMax - 1);
  CHECK(error.ends_with("é"));
}
