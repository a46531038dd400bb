#include <catch2/catch.hpp>
#include <deque>

#include "model/placement.hpp"
#include "unit/runtime/fixture.hpp"

using serai::MatchId, serai::Presence, serai::Result, serai::Uuid, serai::testing::player,
    serai::testing::World;

namespace {

struct Arena {
  World world;
  MatchId match;
  std::deque<std::string> verdicts;

  explicit Arena(serai::Metrics* metrics = &serai::no_metrics()) : world(3, false) {
    world.metrics = metrics;
    world.build();
    world.begin();
    const std::string key = world.rpc("open", "", player(1));
    match = {key, "arena"};
  }

  // The join's answer; a later answer is written into the same text.
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
    return world.streams.contains(match.stream(), who.session_id);
  }
  void hit(const Presence& who, std::int64_t op_code = 1, const std::string& how = "x") {
    world.on(0, [&] { world.runtime->match_data({match, who, op_code, how}); });
  }
};

// A world whose manifest opens arenas with this `key` rule.
struct KeyedArena {
  World world{3, false};
  std::string key;

  explicit KeyedArena(const std::string& rule) {
    world.edit_v1 = [&rule](std::string& manifest) {
      const std::string fresh = R"("kind":"arena","key":"fresh")";
      const auto at = manifest.find(fresh);
      REQUIRE(at != std::string::npos);
      manifest.replace(at, fresh.size(), R"("kind":"arena","key":")" + rule + '"');
    };
    world.begin();
    key = world.rpc("open", "", player(1));
  }
};

Presence somebody(std::uint64_t number, std::string name) {
  return {player(number), Uuid::from_random(number, 5), std::move(name), 0};
}

}  // namespace

TEST_CASE("a null list stands for everybody in the match, an empty one for nobody",
          "[runtime][match]") {
  Arena arena;
  const Presence ann = somebody(1, "ann");
  arena.join(ann);

  arena.hit(ann);
  arena.hit(ann, 1, "whisper");

  const auto& sent = arena.world.streams.sent;
  const auto push = [&](std::int64_t op) {
    return std::ranges::find(sent, op, &serai::testing::RecordedStreams::Sent::op_code);
  };
  REQUIRE(push(12) != sent.end());
  CHECK(push(12)->everybody);
  REQUIRE(push(14) != sent.end());
  CHECK_FALSE(push(14)->everybody);
}

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
  CHECK(arena.join(somebody(3, "cid")) == "Match is full: at most 2 players");
  CHECK(arena.join(somebody(1, "ann")) ==
        "in, 2 others");  // already in the match: the handler is not called again
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
  CHECK(verdict == "The match did not answer within 10000 ms, try again");
  CHECK(arena.join(ann) == "You are still joining this match: wait for the answer");

  arena.world.advance(4'000);

  CHECK(verdict == "The match did not answer within 10000 ms, try again");
  CHECK_FALSE(arena.is_in(ann));
  REQUIRE(arena.world.streams.sent.size() == 1);
  CHECK(arena.world.streams.sent[0].data == "bye late 15000");
  CHECK(arena.join(ann) == "?");  // it may ask again
}

TEST_CASE("data from outsiders and joins of unknown matches go nowhere", "[runtime][match]") {
  Arena arena;
  arena.hit(somebody(8, "eve"));
  CHECK(arena.world.streams.sent.empty());

  arena.match.key = Uuid::from_random(1, 2).text();
  CHECK(arena.join(somebody(1, "ann")) == "arena not found");
  arena.match.kind = "nothing";
  CHECK(arena.join(somebody(1, "ann")) == "Match not found");
}

TEST_CASE("match data that nobody takes is counted, logged and answered to its sender",
          "[runtime][match][dead_letters]") {
  serai::testing::RecordedMetrics metrics;
  Arena arena(&metrics);
  const Presence ann = somebody(1, "ann");
  arena.join(ann);
  const auto dead = [&](const char* why) { return metrics.value("serai_dead_letters_total", why); };
  const auto last_line = [&] {
    const auto& lines = arena.world.log.lines;
    const auto is_dead = [](const std::string& one) {
      return one.starts_with("message.dead_letter");
    };
    const auto found = std::find_if(lines.rbegin(), lines.rend(), is_dead);
    return found == lines.rend() ? std::string() : *found;
  };

  arena.hit(ann, 1, "foul");
  REQUIRE(arena.world.streams.refused.size() == 1);
  CHECK(arena.world.streams.refused[0].first == ann.session_id);
  CHECK(arena.world.streams.refused[0].second.code == serai::Errc::failed_precondition);
  CHECK(arena.world.streams.refused[0].second.detail == "no fouls");
  CHECK(dead("data_refused") == 1);
  CHECK(last_line().find("why=data_refused player_id=" + player(1).text() + " op_code=1 code=9") !=
        std::string::npos);

  arena.hit(ann, -5);
  REQUIRE(arena.world.streams.refused.size() == 2);
  CHECK(arena.world.streams.refused[1].second.detail == "arena has no handler for op code -5");
  CHECK(dead("data_unhandled") == 1);
  CHECK(last_line().find("why=data_unhandled") != std::string::npos);

  arena.hit(somebody(8, "eve"));  // one who is not in the match gets no answer
  CHECK(arena.world.streams.refused.size() == 2);
  CHECK(dead("data_of_outsider") == 1);
  CHECK(last_line().find("player_id=" + player(8).text() + " op_code=1") != std::string::npos);

  arena.hit(ann);  // accepted data is not answered
  CHECK(arena.world.streams.refused.size() == 2);
}

TEST_CASE("events that no table declares are counted, and sent all the same",
          "[runtime][match][dead_letters]") {
  serai::testing::RecordedMetrics metrics;
  Arena arena(&metrics);
  arena.join(somebody(1, "ann"));

  CHECK(arena.world.streams.sent.size() == 1);
  CHECK(metrics.value("serai_dead_letters_total", "event_undeclared") == 1);
}

TEST_CASE("a match may have any key: it is joined, listed and left by the same id",
          "[runtime][match][keys]") {
  const std::string rule = GENERATE("caller", "singleton");
  KeyedArena arena(rule);
  World& world = arena.world;
  std::vector<serai::MatchListing> listed;
  world.on(1,
           [&] { world.runtime->match_list({}, [&](auto found) { listed = *std::move(found); }); });
  REQUIRE(listed.size() == 1);
  const std::string id = listed[0].match.text();
  CHECK(id == arena.key + ".arena");
  CHECK(arena.key == (rule == "singleton" ? "" : player(1).text()));

  const auto match = MatchId::parse(id);
  REQUIRE(match);
  const Presence ann = somebody(1, "ann");
  std::string verdict;
  world.on(0, [&] {
    world.runtime->match_join({*match, ann, {}}, [&](Result<serai::MatchJoined> joined) {
      verdict = joined ? "in" : joined.error().detail;
    });
  });
  CHECK(verdict == "in");
  CHECK(world.streams.contains(match->stream(), ann.session_id));
  world.on(0, [&] { world.runtime->match_data({*match, ann, 1, "x"}); });
  world.on(0, [&] { world.runtime->match_leave(*match, ann.session_id, [](const Result<>&) {}); });

  std::vector<std::string> seen;
  for (const auto& sent : world.streams.sent) seen.push_back(sent.data);
  CHECK(seen == std::vector<std::string>{"welcome ann", "1", "bye ann"});
  CHECK_FALSE(world.streams.contains(match->stream(), ann.session_id));
}

TEST_CASE("a match id is read back as it was written, whatever the key", "[runtime][match][keys]") {
  for (const std::string key : {"", "harbour", "a.b", "00000000-0000-0000-0000-000000000000"}) {
    const MatchId match{key, "town"};
    const auto read = MatchId::parse(match.text());
    REQUIRE(read);
    CHECK(read->key == key);
    CHECK(read->kind == "town");
    const MatchId again = MatchId::of(match.stream());
    CHECK(again.text() == match.text());
    CHECK(serai::shard_of_stream(match.stream(), 7) == serai::shard_of("town", key, 7));
  }
  CHECK_FALSE(MatchId::parse("no dot"));
  CHECK_FALSE(MatchId::parse("harbour."));  // a relayed match's key is a UUID
  CHECK_FALSE(MatchId::parse(std::string(256, 'x') + ".town"));
}

TEST_CASE("a match remembers what it has lately handled, over writes to storage",
          "[runtime][match][recorder]") {
  Arena arena;
  arena.join(somebody(1, "ann"));
  arena.world.advance(2'500);  // two writes, with ten ticks a second
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
    CHECK(inputs.back().trigger == serai::abi::Trigger::data);
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

TEST_CASE("under a fixed seed the ids of new matches repeat, and a restart gives none twice",
          "[runtime][match]") {
  World one;
  World other;

  const std::string first = one.rpc("open", "", player(1));
  CHECK(first.size() == 36);
  CHECK(other.rpc("open", "", player(1)) == first);
  one.restart();
  CHECK(one.rpc("open", "", player(1)) != first);
}
