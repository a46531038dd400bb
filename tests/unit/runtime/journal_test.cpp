// The journal: what a match has handled since its state was stored outlives a crash.
#include <catch2/catch.hpp>

#include "unit/runtime/fixture.hpp"

using serai::EntityId, serai::ExportedEntity, serai::MatchId, serai::Presence, serai::Uuid;
using serai::runtime::Input, serai::runtime::JournalInputs, serai::runtime::JournalRowWriter;
using serai::testing::kAnn, serai::testing::player, serai::testing::World;

namespace {

const EntityId kAnnsCounter{"counter", kAnn.text()};

// Gives each kind of the counter module a journal.
void with_journal(std::string& manifest) {
  for (const char* kind : {R"("name":"counter","schema")", R"("name":"arena","schema")"}) {
    manifest.insert(manifest.find(kind), R"("journal":true,)");
  }
}

struct Journaled {
  World world{3, false};

  Journaled() {
    world.edit_v1 = with_journal;
    world.begin();
  }
  std::string add(const std::string& number) { return world.rpc("add", number, kAnn); }
  std::string number() { return add("0"); }
  // The stored number is `number`, and all later inputs are in the journal only.
  void begin_at(const std::string& number) {
    world.rpc("add_durable", number, kAnn);
    world.settle();
  }
  void crash_after_ms(std::int64_t ms) {
    world.advance(ms);
    world.restart();
  }
  std::vector<ExportedEntity> live() {
    std::vector<ExportedEntity> all;
    REQUIRE(world.runtime->export_live("counter", 0, [&](std::vector<ExportedEntity> some) {
      std::ranges::move(some, std::back_inserter(all));
      return true;
    }));
    return all;
  }
  bool has_logged(std::string_view event) const {
    return std::ranges::any_of(world.log.lines,
                               [&](const std::string& line) { return line.starts_with(event); });
  }
};

}  // namespace

TEST_CASE("inputs that no stored state contains outlive a crash", "[runtime][journal]") {
  Journaled journaled;
  journaled.begin_at("10");
  journaled.add("5");
  journaled.add("7");
  CHECK(journaled.world.store.records.at(kAnnsCounter).state == "v1:10");

  journaled.crash_after_ms(15);

  CHECK(journaled.number() == "22");
  journaled.crash_after_ms(15);  // the inputs before the first crash are not handled twice
  CHECK(journaled.number() == "22");
}

TEST_CASE("a crash loses the inputs of the last moment, and no others", "[runtime][journal]") {
  Journaled journaled;
  journaled.begin_at("10");
  journaled.add("5");
  journaled.world.advance(15);
  journaled.add("7");

  journaled.crash_after_ms(0);

  CHECK(journaled.number() == "15");
}

TEST_CASE("an entity whose first input is not durable outlives a crash", "[runtime][journal]") {
  Journaled journaled;
  journaled.add("5");
  journaled.add("7");
  journaled.crash_after_ms(15);
  CHECK(journaled.number() == "12");
}

TEST_CASE("a match goes on with the ticks, dice and label it had", "[runtime][journal]") {
  Journaled journaled;
  World& world = journaled.world;
  const MatchId match{world.rpc("open", "", kAnn), "arena"};
  const Presence ann{kAnn, Uuid::from_random(3, 3), "ann", 0};
  world.on(0, [&] { world.runtime->match_join({match, ann, {}, {}}, [](const auto&) {}); });
  for (int i = 0; i < 3; ++i) {
    world.on(0, [&] { world.runtime->match_data({match, ann, 1, "", {}}); });
    world.advance(150);
  }
  world.advance(15);
  const std::vector<ExportedEntity> before = journaled.live();
  REQUIRE(before.size() == 1);
  CHECK(before[0].state.starts_with("v1:3 "));

  CHECK(world.store.records.at(before[0].id).state != before[0].state);

  journaled.crash_after_ms(0);

  CHECK(world.store.records.at(before[0].id).state == before[0].state);  // stored before it ticks
}

TEST_CASE("a timer that was set before a crash goes off after it, once", "[runtime][journal]") {
  Journaled journaled;
  World& world = journaled.world;
  journaled.begin_at("1");
  CHECK(world.rpc("try", "set 1", kAnn) == "1");
  CHECK(world.rpc("try", "set 2", kAnn) == "1");
  CHECK(world.rpc("try", "cancel 2", kAnn) == "1");
  journaled.crash_after_ms(15);
  const auto waiting = world.runtime->waiting_timers(10);
  REQUIRE(waiting.first.size() == 1);
  CHECK(waiting.first[0].id == 1);
}

TEST_CASE("a timer that went off before a crash does not go off again", "[runtime][journal]") {
  Journaled journaled;
  World& world = journaled.world;
  world.rpc("later", "", kAnn);  // in a second, adds 100
  world.advance(995);
  CHECK(journaled.number() == "0");
  world.advance(10);
  world.advance(15);
  CHECK(journaled.number() == "100");
  journaled.crash_after_ms(15);
  world.advance(3000);
  CHECK(journaled.number() == "100");
}

TEST_CASE("a run that waited is stored at once", "[runtime][journal]") {
  Journaled journaled;
  World& world = journaled.world;
  journaled.begin_at("10");
  journaled.add("1");
  world.rpc("try", "call svc_add", kAnn);  // the answer of another entity is part of the state
  const std::string number = journaled.number();
  journaled.crash_after_ms(15);
  CHECK(journaled.number() == number);
}

TEST_CASE("an input that was handled behind a lost write is not replayed", "[runtime][journal]") {
  Journaled journaled;
  World& world = journaled.world;
  journaled.begin_at("10");
  journaled.add("1");
  world.advance(15);
  world.store.hold_commits = true;
  world.begin_rpc("add_durable", "100", kAnn);
  journaled.add("1000");
  world.store.lose_next(1);  // the write of 111; the entity comes back to an earlier state
  world.store.release_commits();
  world.settle();
  const std::string number = journaled.number();
  journaled.add("5");
  const std::string last = journaled.number();

  journaled.crash_after_ms(15);

  CHECK(journaled.number() == last);
  CHECK(number.size() < 4);  // without 1000
}

TEST_CASE("the journal has only what stored states do not contain", "[runtime][journal]") {
  Journaled journaled;
  World& world = journaled.world;
  journaled.begin_at("10");
  journaled.add("5");
  world.advance(15);
  CHECK(world.store.journal_rows.size() == 1);

  world.advance(3000);
  CHECK(world.store.journal_rows.empty());

  journaled.add("5");
  journaled.crash_after_ms(15);
  CHECK(world.store.journal_rows.size() == 1);
  world.advance(3000);
  CHECK(world.store.journal_rows.empty());
}

TEST_CASE("inputs do not wait for rows that will be deleted", "[runtime][journal]") {
  Journaled journaled;
  journaled.begin_at("10");
  journaled.add("5");
  journaled.crash_after_ms(15);  // the start stores the entity, and plans to delete the row
  journaled.add("7");
  journaled.crash_after_ms(15);
  CHECK(journaled.number() == "22");
}

TEST_CASE("a swap stores what the former version has handled", "[runtime][journal]") {
  Journaled journaled;
  World& world = journaled.world;
  journaled.begin_at("10");
  journaled.add("5");
  REQUIRE(world.swap_to(2, {}, {}, with_journal));
  world.settle();
  CHECK(world.store.records.at(kAnnsCounter).state == "v2:15");
  REQUIRE(world.runtime->switch_back());
  world.settle();
  CHECK(world.store.records.at(kAnnsCounter).state == "v1:15");
}

TEST_CASE("a replay ends where the version has no handler, and says so", "[runtime][journal]") {
  Journaled journaled;
  World& world = journaled.world;
  journaled.begin_at("10");
  journaled.add("5");
  world.rpc("dice", "", kAnn);
  journaled.add("5");
  world.edit_v1 = [](std::string& manifest) {
    with_journal(manifest);
    const std::string_view kDice = R"("name":"dice")";
    manifest.replace(manifest.find(kDice), kDice.size(), R"("name":"cast")");
  };
  journaled.crash_after_ms(15);
  CHECK(journaled.number() == "15");
  CHECK(journaled.has_logged("journal.stopped"));
}

TEST_CASE("a row that is damaged is reported and left", "[runtime][journal]") {
  Journaled journaled;
  World& world = journaled.world;
  journaled.begin_at("10");
  journaled.add("5");
  world.advance(15);
  world.store.journal_rows[999] = "\x01garbage";
  world.restart();
  CHECK(journaled.number() == "15");
  CHECK(journaled.has_logged("journal.unreadable"));
  world.advance(3000);
  CHECK(world.store.journal_rows.size() == 1);
}

TEST_CASE("rows that the store refuses are given up, and the next ones are stored",
          "[runtime][journal]") {
  Journaled journaled;
  World& world = journaled.world;
  journaled.begin_at("10");
  journaled.add("5");
  world.store.down = true;
  world.advance(2500);
  world.store.down = false;
  world.advance(2500);
  CHECK(world.store.records.at(kAnnsCounter).state == "v1:15");
  journaled.add("7");
  journaled.crash_after_ms(15);
  CHECK(journaled.number() == "22");
}

TEST_CASE("after an outage of the store the journal has no gap for long", "[runtime][journal]") {
  Journaled journaled;
  World& world = journaled.world;
  journaled.begin_at("10");
  world.store.down = true;
  journaled.add("5");
  world.advance(50);
  world.store.down = false;
  world.advance(150);  // much less than write_behind_ms
  journaled.add("7");

  journaled.crash_after_ms(15);

  CHECK(journaled.number() == "22");
}

TEST_CASE("a row waits for the one before it, and no longer", "[runtime][journal]") {
  Journaled journaled;
  World& world = journaled.world;
  journaled.begin_at("10");
  world.store.hold_commits = true;
  journaled.add("5");
  world.advance(12);  // its row is under way
  journaled.add("7");
  world.advance(20);
  world.store.release_commits();
  world.store.hold_commits = false;

  journaled.crash_after_ms(1);

  CHECK(journaled.number() == "22");
}

TEST_CASE("a row of the journal comes back from its bytes", "[runtime][journal]") {
  const std::string handler = "add";
  Input rpc;
  rpc.handler = &handler;
  rpc.payload = std::string("\0x", 2);
  rpc.user_id = kAnn;
  rpc.username = "ann";
  rpc.caller = {"battle", "b1"};
  Input timer;
  timer.trigger = serai::abi::Trigger::timer;
  timer.timer = "ring";
  timer.op_code = -3;
  JournalRowWriter row;
  row.append(kAnnsCounter, 7, rpc, {{"step", "3"}, {"none", std::nullopt}}, 1000, 0);
  row.append({"arena", "a"}, 1, timer, {}, 990, 12);
  row.append(kAnnsCounter, 9, rpc, {}, 1005, 0);
  const std::string bytes = row.take();

  JournalInputs read;
  REQUIRE(read_journal_row(bytes, read));
  REQUIRE(read[kAnnsCounter].size() == 2);
  const auto& first = read[kAnnsCounter][0];
  CHECK(first.position == 7);
  CHECK(first.now_ms == 1000);
  CHECK(first.handler == "add");
  CHECK(first.input.payload == rpc.payload);
  CHECK(first.input.user_id == kAnn);
  CHECK(first.input.username == "ann");
  CHECK(first.input.caller == rpc.caller);
  REQUIRE(first.config.size() == 2);
  CHECK(first.config[0].value == "3");
  CHECK_FALSE(first.config[1].value);
  const auto& second = read[EntityId{"arena", "a"}][0];
  CHECK(second.now_ms == 990);
  CHECK(second.tick == 12);
  CHECK(second.input.timer == "ring");
  CHECK(second.input.op_code == -3);

  for (std::size_t size = 0; size < bytes.size(); ++size) {
    JournalInputs none;
    CHECK_FALSE(read_journal_row(bytes.substr(0, size), none));
    CHECK(none.empty());
  }
  CHECK(row.take() != bytes);  // the writer is empty
}
