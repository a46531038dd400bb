#include <catch2/catch.hpp>
#include <deque>

#include "unit/runtime/fixture.hpp"

using serai::MatchId, serai::Presence, serai::Result, serai::Uuid, serai::testing::player,
    serai::testing::World;

namespace {

struct Arena {
  World world;
  MatchId match;
  std::deque<std::string> verdicts;

  Arena() {
    const std::string key = world.rpc("open", "", player(1));
    match = {*Uuid::parse(key), "arena"};
  }

  // The verdict; a later one comes into the same text.
  const std::string& join(const Presence& who) {
    std::string& out = verdicts.emplace_back("?");
    world.on(0, [&] {
      world.runtime->match_join({match, who, {}}, [&out](Result<serai::MatchJoined> joined) {
        out = joined ? "in, " + std::to_string(joined->others.size()) + " others"
                     : joined.error().detail;
      });
    });
    return out;
  }
  bool is_in(const Presence& who) const {
    const serai::StreamId stream{
        serai::StreamMode::match_authoritative, match.id, Uuid{}, match.kind};
    return world.streams.contains(stream, who.session_id);
  }
  void hit(const Presence& who) {
    world.on(0, [&] { world.runtime->match_data({match, who, 1, "x"}); });
  }
};

Presence somebody(std::uint64_t number, std::string name) {
  return {player(number), Uuid::from_random(number, 5), std::move(name), 0};
}

}  // namespace

TEST_CASE("players join a match, play and leave", "[runtime][match]") {
  Arena arena;
  const Presence ann = somebody(1, "ann");
  const Presence bob = somebody(2, "bob");

  CHECK(arena.join(ann) == "in, 0 others");
  CHECK(arena.join(bob) == "in, 1 others");
  arena.hit(ann);
  arena.hit(bob);
  arena.world.on(0, [&] {
    arena.world.runtime->match_leave(arena.match, ann.session_id, [](const Result<>&) {});
  });

  std::vector<std::string> seen;
  for (const auto& sent : arena.world.streams.sent) seen.push_back(sent.data);
  CHECK(seen == std::vector<std::string>{"welcome ann", "welcome bob", "1", "2", "bye ann"});
}

TEST_CASE("the handler refuses a player with its reason, and a full match refuses by itself",
          "[runtime][match]") {
  Arena arena;

  CHECK(arena.join(somebody(7, "mallory")) == "not you");
  arena.join(somebody(1, "ann"));
  arena.join(somebody(2, "bob"));
  CHECK(arena.join(somebody(3, "cid")) == "Match is full");
  CHECK(arena.join(somebody(1, "ann")) ==
        "in, 2 others");  // already in: asked again, not the handler
}

TEST_CASE("a handler may think before it lets a player in", "[runtime][match][deadline]") {
  Arena arena;
  const Presence ann = somebody(1, "late 9000");
  const std::string& verdict = arena.join(ann);
  arena.world.advance(8'900);
  CHECK(verdict == "?");

  arena.world.advance(200);
  CHECK(verdict == "in, 0 others");
  arena.world.advance(20'000);
  CHECK(arena.is_in(ann));
  CHECK(arena.world.streams.sent.empty());
}

TEST_CASE("a join without a verdict in time is refused, and a late yes is taken back",
          "[runtime][match][deadline]") {
  Arena arena;
  const Presence ann = somebody(1, "late 15000");
  const std::string& verdict = arena.join(ann);
  arena.world.advance(9'900);
  CHECK(verdict == "?");
  arena.world.advance(1'200);
  CHECK(verdict == "No verdict in time");
  CHECK(arena.join(ann) == "The last join has no verdict yet");

  arena.world.advance(4'000);

  CHECK(verdict == "No verdict in time");
  CHECK_FALSE(arena.is_in(ann));
  REQUIRE(arena.world.streams.sent.size() == 1);
  CHECK(arena.world.streams.sent[0].data == "bye late 15000");
  CHECK(arena.join(ann) == "?");  // it may ask again
}

TEST_CASE("data from outsiders and joins of unknown matches go nowhere", "[runtime][match]") {
  Arena arena;
  arena.hit(somebody(8, "eve"));
  CHECK(arena.world.streams.sent.empty());

  arena.match.id = Uuid::from_random(1, 2);
  CHECK(arena.join(somebody(1, "ann")) == "arena not found");
  arena.match.kind = "nothing";
  CHECK(arena.join(somebody(1, "ann")) == "Match not found");
}

TEST_CASE("a match remembers what it has lately handled, over writes to storage",
          "[runtime][match][recorder]") {
  Arena arena;
  arena.join(somebody(1, "ann"));
  arena.world.advance(2'500);  // two writes, and ten ticks a second
  arena.hit(somebody(1, "ann"));
  arena.world.rpc("add", "1", player(1));
  std::vector<serai::ExportedEntity> seen;
  const auto look = [&](std::size_t recordings) {
    seen.clear();
    const auto done = arena.world.runtime->export_live(
        "counter", recordings, [&](std::vector<serai::ExportedEntity> batch) {
          std::ranges::move(batch, std::back_inserter(seen));
          return true;
        });
    CHECK(done.ok());
  };

  look(10);
  REQUIRE(seen.size() == 2);
  for (const serai::ExportedEntity& one : seen) {
    CHECK(one.recording.has_value() == (one.id.kind == "arena"));
    if (!one.recording) continue;
    const auto& inputs = one.recording->inputs;
    CHECK(inputs.size() > 20);
    CHECK(inputs.back().trigger == serai::Trigger::data);
    CHECK(inputs.back().payload == "x");
    CHECK(inputs.back().username == "ann");
    CHECK(inputs.back().user_id == player(1).text());
  }

  look(0);
  for (const serai::ExportedEntity& one : seen) CHECK_FALSE(one.recording.has_value());

  REQUIRE(arena.world.swap_to(2).ok());
  look(10);  // the new version has handled nothing yet
  for (const serai::ExportedEntity& one : seen) CHECK_FALSE(one.recording.has_value());
}

TEST_CASE("matches are listed with their size over all shards", "[runtime][match]") {
  Arena arena;
  arena.world.rpc("open", "", player(2));
  arena.join(somebody(1, "ann"));
  std::size_t all = 0;
  std::size_t inhabited = 0;

  arena.world.on(1, [&] {
    arena.world.runtime->match_list({}, [&](auto found) { all = found->size(); });
    serai::MatchFilter filter;
    filter.min_size = 1;
    arena.world.runtime->match_list(filter, [&](auto found) { inhabited = found->size(); });
  });

  CHECK(all == 2);
  CHECK(inhabited == 1);
}

TEST_CASE("a match is awake again after a restart, and ticks", "[runtime][match]") {
  Arena arena;
  arena.join(somebody(1, "ann"));
  arena.world.restart();

  CHECK(arena.world.runtime->entity_count() == 1);
  CHECK(arena.join(somebody(1, "ann")) == "in, 0 others");
}
