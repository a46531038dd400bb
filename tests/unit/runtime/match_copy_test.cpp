// Copies of running matches, and new matches that begin in a copy.
#include <catch2/catch.hpp>
#include <map>

#include "unit/runtime/fixture.hpp"

using serai::Errc, serai::ExportedEntity, serai::MatchId, serai::Presence, serai::Result,
    serai::Uuid, serai::runtime::HostState, serai::testing::player, serai::testing::World;

namespace {

struct RunningArena {
  World world;
  MatchId match;

  RunningArena() { match = {world.rpc("open", "", player(1)), "arena"}; }

  // The states of a match by tick, while half a second passes.
  std::map<std::uint64_t, std::string> watch(const MatchId& of) {
    std::map<std::uint64_t, std::string> states;
    for (int i = 0; i < 10; ++i) {
      const Result<ExportedEntity> copy = world.runtime->copy_match(of);
      REQUIRE(copy.ok());
      states[HostState::decode(copy->host_state)->tick] = copy->state;
      world.advance(50);
    }
    return states;
  }
  void join(const MatchId& to) {
    const Presence ann{player(1), Uuid::from_random(1, 5), "ann", 0};
    world.on(0, [&] { world.runtime->match_join({to, ann, {}}, [](const auto&) {}); });
  }
};

}  // namespace

TEST_CASE("a copy of a match has its state, its last messages and the host's part",
          "[runtime][match]") {
  RunningArena arena;
  arena.join(arena.match);
  arena.world.advance(300);

  const Result<ExportedEntity> copy = arena.world.runtime->copy_match(arena.match);
  REQUIRE(copy.ok());
  CHECK(copy->id == serai::EntityId{"arena", arena.match.key});
  REQUIRE(copy->recording.has_value());
  const auto host = HostState::decode(copy->host_state);
  REQUIRE(host.ok());
  CHECK(host->tick >= 3);
  CHECK(copy->recording->inputs.size() == host->tick + 1);  // the join, and each tick
}

TEST_CASE("a fork goes on from the copied state, and the match goes on without it",
          "[runtime][match]") {
  RunningArena arena;
  arena.join(arena.match);
  arena.world.advance(300);
  const Result<ExportedEntity> copy = arena.world.runtime->copy_match(arena.match);
  REQUIRE(copy.ok());
  const std::map<std::uint64_t, std::string> went = arena.watch(arena.match);

  const Result<MatchId> fork = arena.world.runtime->fork_match(*copy);
  REQUIRE(fork.ok());
  CHECK(fork->kind == "arena");
  CHECK(fork->key != arena.match.key);
  CHECK(arena.world.runtime->all_matches().matches.size() == 2);

  const std::map<std::uint64_t, std::string> goes = arena.watch(*fork);
  std::size_t compared = 0;
  for (const auto& [tick, state] : goes) {
    const auto same = went.find(tick);
    if (same == went.end()) continue;
    CHECK(state == same->second);  // the same random numbers, from the same state
    ++compared;
  }
  CHECK(compared >= 3);
  arena.world.restart();
  CHECK(arena.world.runtime->copy_match(*fork).ok());  // it is stored
}

TEST_CASE("a fork that this release cannot open is refused with the reason, and leaves nothing",
          "[runtime][match]") {
  RunningArena arena;
  const Result<ExportedEntity> copy = arena.world.runtime->copy_match(arena.match);
  REQUIRE(copy.ok());
  ExportedEntity other = *copy;
  other.id.kind = "nothing";
  CHECK(arena.world.runtime->fork_match(other).error().code == Errc::not_found);
  ExportedEntity no_match = *copy;
  no_match.id.kind = "counter";
  CHECK(arena.world.runtime->fork_match(no_match).error().code == Errc::not_found);
  ExportedEntity damaged = *copy;
  damaged.host_state = "junk";
  CHECK(arena.world.runtime->fork_match(damaged).error().code == Errc::data_loss);
  ExportedEntity newer = *copy;
  newer.schema = 99;
  CHECK(arena.world.runtime->fork_match(newer).error().code == Errc::data_loss);
  CHECK(arena.world.runtime->all_matches().matches.size() == 1);
}

TEST_CASE("a match that is not there has no copy", "[runtime][match]") {
  RunningArena arena;
  CHECK(arena.world.runtime->copy_match({"nobody", "arena"}).error().code == Errc::not_found);
  arena.world.rpc("add", "1", player(1));
  CHECK(arena.world.runtime->copy_match({player(1).text(), "counter"}).error().code ==
        Errc::not_found);
}
