#include "testing/golden.hpp"

#include "testing/story.hpp"

using namespace game_test;
using serai::testing::Recorded;

namespace {

struct Versions {
  std::string module;
  std::string kind;
  const char* v1;
  const char* v2;
};

const std::vector<Versions>& updated() {
  static const std::vector<Versions> all{
      {"battle", "battle", SERAI_MODULE_battle_v1, SERAI_MODULE_battle_v2},
      {"character", "character", SERAI_MODULE_character_v1, SERAI_MODULE_character_v2}};
  return all;
}

// What version 2 writes for a state of version 1.
std::string migrated(const Versions& versions, const Recorded& state) {
  World world;
  world.load(versions.v1);
  const Outcome restored = world.restore(state.kind, state.key, state.schema, state.bytes);
  INFO(restored.text);
  REQUIRE(restored.ok());
  const Outcome swapped = world.swap(std::string(versions.v2));
  INFO(swapped.text);
  REQUIRE(swapped.ok());
  return world.state_bytes(state.kind, state.key);
}

std::vector<Recorded> states_of(const std::vector<Golden>& golden) {
  std::vector<Recorded> states;
  for (const Golden& each : golden) states.push_back(each.state);
  return states;
}

}  // namespace

TEST_CASE("recorded states of version 1 come into version 2 and go back unchanged", "[golden]") {
  for (const Versions& versions : updated()) {
    INFO(versions.module);
    const auto golden = read_golden(versions.module);
    CHECK(golden.size() >= 10);

    const auto report = serai::testing::swap_test(versions.v1, versions.v2, states_of(golden));
    INFO(report.text());
    CHECK(report.ok());
    for (const Golden& each : golden) {
      INFO(each.name);
      CHECK(hash_of(each.state.bytes) == each.hash);
      CHECK(hash_of(migrated(versions, each.state)) == each.hash_new);
    }
  }
}

TEST_CASE("damaged states are refused or read, never a crash", "[golden]") {
  for (const Versions& versions : updated()) {
    const auto golden = read_golden(versions.module);
    const auto report =
        serai::testing::damage_test(versions.v2, {golden.front().state, golden.back().state}, 24);
    INFO(report.text());
    CHECK(report.ok());
  }
}

TEST_CASE("a story goes on through swaps there and back", "[golden]") {
  const auto seed = GENERATE(take(3, random(1ULL, 1ULL << 62U)));
  INFO("seed " << seed);
  Story story(seed);
  World& world = story.game.world;

  for (int chapter = 0; chapter < 5; ++chapter) {
    story.steps(25);
    std::map<std::string, std::string> before;
    for (const std::string& id : world.keys("battle")) before[id] = world.state_bytes("battle", id);
    for (const Versions& versions : updated()) {
      REQUIRE(world.swap(std::string(versions.v2)).ok());
    }
    for (const Versions& versions : updated()) {
      REQUIRE(world.swap(std::string(versions.v1)).ok());
    }
    for (const auto& [id, bytes] : before) CHECK(world.state_bytes("battle", id) == bytes);
    story.game.check_invariants();
  }
}

// Run by hand when a schema is released: writes the golden states anew.
TEST_CASE("record golden states", "[.record]") {
  Story story(20240229);
  for (const Versions& versions : updated()) {
    std::map<std::string, Golden> found;
    for (int chapter = 0; chapter < 60 && found.size() < 10; ++chapter) {
      story.steps(7);
      for (const std::string& key : story.game.world.keys(versions.kind)) {
        if (found.size() == 10 || found.contains(key) ||
            found.size() > 1U + static_cast<unsigned>(chapter) / 3)
          continue;
        Golden golden;
        golden.state = {versions.kind, key, 1, story.game.world.state_bytes(versions.kind, key)};
        golden.name = versions.kind + std::to_string(found.size());
        golden.hash = hash_of(golden.state.bytes);
        golden.hash_new = hash_of(migrated(versions, golden.state));
        found[key] = golden;
      }
    }
    std::vector<Golden> states;
    for (const auto& [key, golden] : found) states.push_back(golden);
    write_golden(versions.module, states);
  }
}

// A battle under version 1 that is served by version 2 from one of its actions to another.
struct Fought {
  std::vector<battle::Act> acts;
  battle::View end;
};

// The acts are those of a battle fought before; without one, the best there are.
Fought fight(const std::vector<battle::Act>& acts, std::size_t swap_at, std::size_t back_at) {
  Game game(9);
  const Player ann = game.world.player("ann");
  const std::string id = game.start_pve(ann, game.create(ann, "Ann", "guard"), 2, 1);
  REQUIRE(game.world.join(ann, id + ".battle").ok());
  Fought fought;
  while (game.battle(id).state() == battle::Battle::TURN) {
    const std::size_t at = fought.acts.size();
    if (at == swap_at) REQUIRE(game.world.swap(std::string(SERAI_MODULE_battle_v2)).ok());
    if (at == back_at) REQUIRE(game.world.swap(std::string(SERAI_MODULE_battle_v1)).ok());
    fought.acts.push_back(acts.empty() ? game.best_act(id) : acts.at(at));
    game.world.data(ann, id + ".battle", 1, fought.acts.back());
    game.world.advance(std::chrono::milliseconds(100));
  }
  battle::GetBattle get;
  get.set_battle_id(id);
  fought.end = game.ok<battle::View>(ann, "rpc_get_battle", get);
  return fought;
}

TEST_CASE("a battle ends the same at whichever of its actions it is swapped", "[golden]") {
  constexpr std::size_t kNever = 1'000;
  const Fought alone = fight({}, kNever, kNever);
  REQUIRE(alone.acts.size() > 4);

  for (std::size_t at = 0; at < alone.acts.size(); ++at) {
    INFO("swapped before action " << at << " of " << alone.acts.size());
    const Fought swapped = fight(alone.acts, at, kNever);
    CHECK(swapped.end.served_by() == "battle 2.0.0");
    CHECK(swapped.end.log_hash() == alone.end.log_hash());
    const Fought there_and_back = fight(alone.acts, at, at + 1);
    CHECK(there_and_back.end.log_hash() == alone.end.log_hash());
  }
}
