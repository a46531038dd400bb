#include "testing/golden.hpp"

#include "testing/golden_record.hpp"

using namespace game_test;
using serai::testing::Recorded;

namespace {

struct Kind {
  std::string name;
  std::uint32_t schema;  // the newest schema; all from 1 on have been released
};

struct Module {
  std::string name;
  std::vector<Kind> kinds;
  const char* newest;
  const char* before = nullptr;  // the version that writes schema 1, unless the newest version does
};

const std::vector<Module>& game_modules() {
  static const std::vector<Module> all{
      {"battle", {{"battle", 2}}, SERAI_MODULE_battle_v2, SERAI_MODULE_battle_v1},
      {"character",
       {{"character", 2}, {"roster", 1}},
       SERAI_MODULE_character_v2,
       SERAI_MODULE_character_v1},
      {"trade", {{"town", 1}, {"caravan", 1}}, SERAI_MODULE_trade},
      {"campaign", {{"campaign", 1}}, SERAI_MODULE_campaign}};
  return all;
}

std::vector<Module> updated() {
  std::vector<Module> found;
  for (const Module& module : game_modules()) {
    if (module.before != nullptr) found.push_back(module);
  }
  return found;
}

void check(const serai::testing::Report& report) {
  INFO(report.text());
  CHECK(report.ok());
}

}  // namespace

TEST_CASE("states of every released schema are kept, and mean what they meant", "[golden]") {
  for (const Module& module : game_modules()) {
    std::map<std::pair<std::string, std::uint32_t>, int> kept;
    for (const Golden& each : read_golden(module.name)) {
      INFO(module.name << ' ' << each.name);
      ++kept[{each.state.kind, each.state.schema}];
      CHECK(hash_of(each.state.bytes) == each.hash);
      CHECK(hash_of(written_by(module.newest, each.state)) == each.hash_new);
    }
    for (const Kind& kind : module.kinds) {
      for (std::uint32_t schema = 1; schema <= kind.schema; ++schema) {
        INFO(kind.name << " in schema " << schema);
        CHECK(kept[{kind.name, schema}] >= 8);
      }
    }
  }
}

TEST_CASE("recorded states of version 1 come into version 2 and go back unchanged", "[golden]") {
  for (const Module& module : updated()) {
    const auto states = states_of(read_golden(module.name), 1);
    check(serai::testing::swap_test(module.before, module.newest, states));
  }
}

TEST_CASE("recorded states of version 2 go back to version 1 and come again, or say why not",
          "[golden]") {
  for (const Module& module : updated()) {
    INFO(module.name);
    const auto states = states_of(read_golden(module.name), 2);
    const auto report = serai::testing::rollback_test(module.before, module.newest, states);
    check(report);
    // A wounded battle cannot be downgraded; two of the golden states have wounds.
    CHECK(report.refused == (module.name == "battle" ? 2 : 0));
  }
}

TEST_CASE("recorded states are imported and exported without loss, always as the same bytes",
          "[golden]") {
  for (const Module& module : game_modules()) {
    const auto golden = read_golden(module.name);
    check(serai::testing::round_trip_test(module.newest, states_of(golden)));
    if (module.before == nullptr) continue;
    check(serai::testing::round_trip_test(module.before, states_of(golden, 1)));
  }
}

TEST_CASE("damaged states are refused or read, never a crash and never a leak", "[golden]") {
  for (const Module& module : game_modules()) {
    INFO(module.name);
    const auto golden = read_golden(module.name);
    check(serai::testing::damage_test(module.newest, states_of(golden)));
    if (module.before == nullptr) continue;
    check(serai::testing::damage_test(module.before, states_of(golden, 1)));
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
    for (const Module& module : updated()) {
      REQUIRE(world.swap(std::string(module.newest)).ok());
    }
    for (const Module& module : updated()) {
      REQUIRE(world.swap(std::string(module.before)).ok());
    }
    for (const auto& [id, bytes] : before) CHECK(world.state_bytes("battle", id) == bytes);
    story.game.check_invariants();
  }
}

// Run by hand once, when these kinds were released.
TEST_CASE("record golden states of schema 1", "[.record]") {
  const auto record = [](const std::string& module, const std::string& kind, const char* newest) {
    Story story(20240229);
    add_golden(module, capture_story(story, kind, 1, 8, newest));
  };
  record("character", "roster", SERAI_MODULE_character_v2);
  record("trade", "town", SERAI_MODULE_trade);
  record("trade", "caravan", SERAI_MODULE_trade);
  record("campaign", "campaign", SERAI_MODULE_campaign);
}

// A battle that begins under version 1, and is swapped to version 2 between two of its actions.
struct Fought {
  std::vector<battle::Act> acts;
  battle::View end;
};

// Plays a battle with the given acts. Without acts it chooses them as the host would.
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
