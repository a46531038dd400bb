#include "rules/engine.hpp"
#include "testing/golden_record.hpp"
#include "testing/judge.hpp"
#include "v2/rules_2.hpp"

using namespace game_test;
using battle::Battle;

namespace {

// Starts a battle and plays until Ann's scout stands beside a bandit on her turn, so that her next
// move can wound it.
std::string meet(Game& game) {
  const Player ann = game.world.player("ann");
  const std::string id = game.start_pve(ann, game.create(ann, "Ann", "scout"), 2, 1);
  REQUIRE(game.world.join(ann, id + ".battle").ok());
  for (int n = 0; n < 12; ++n) {
    const Battle now = game.battle(id);
    const auto field = battle::load(now);
    for (const auto& enemy : field.fighters) {
      if (!enemy.alive() || enemy.side == 0) continue;
      if (battle::rules::distance(field.fighter(1).at, enemy.at) == 1) return id;
    }
    game.world.data(ann, id + ".battle", 1, battle::Act{});
  }
  FAIL("the bandits never came");
  return id;
}

bool wound(Game& game, const std::string& id) {
  battle::Act act;
  act.set_act(battle::Action::TACTIC);
  act.set_tactic("bleed");
  for (int target = 2; target <= 3; ++target) {
    act.set_target(target);
    const int before = game.battle(id).actions_size();
    game.world.data(game.world.player("ann"), id + ".battle", 1, act);
    if (game.battle(id).actions_size() > before) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a wound bleeds at three turn starts and then closes", "[battle]") {
  battle::rules::Field field;
  field.seed = 7;
  field.rules_version = 2;
  for (int id = 1; id <= 2; ++id) {
    battle::rules::Fighter fighter;
    fighter.id = id;
    fighter.side = id - 1;
    fighter.type = "scout";
    fighter.hp = fighter.hp_max = 200;
    fighter.atk = 10;
    fighter.def = 50;
    fighter.spd = id == 1 ? 40 : 20;
    field.fighters.push_back(fighter);
  }
  const auto& book = battle::rules::book_2();
  battle::rules::place(field);
  field.fighters[1].at = {2, 0};
  battle::rules::begin(field, book);
  const battle::rules::Action cut{
      .act = battle::rules::Act::tactic, .unit = 1, .tactic = "bleed", .target = 2};
  REQUIRE(battle::rules::check(field, book, cut) == nullptr);

  const auto hits = battle::rules::play(field, book, cut);

  const int after_cut = hits.front().hp;
  CHECK(hits.back().damage == 10);  // a twentieth of its full health, when its turn starts
  while (field.turn < 8) battle::rules::play(field, book, {.unit = field.active()});
  CHECK(field.fighter(2).hp == after_cut - 3 * 10);
  CHECK(field.effects.empty());
}

TEST_CASE("who sees friends fall strikes less hard under rules 2", "[battle]") {
  battle::rules::Fighter shaken;
  shaken.morale = 40;
  const auto& book = battle::rules::book_2();

  CHECK(book.damage_percent(shaken) == 75);
  shaken.morale = 60;
  CHECK(book.damage_percent(shaken) == 100);

  battle::rules::Field field;
  field.fighters = {shaken, shaken, shaken};
  field.fighters[2].side = 1;
  book.fell(field, field.fighters[0]);
  CHECK(field.fighters[1].morale == 40);
  CHECK(field.fighters[2].morale == 60);
}

TEST_CASE("the way back is refused while a wound bleeds, and open when it has closed", "[battle]") {
  Game game;
  const std::string id = meet(game);
  CHECK(game.battle(id).rules_version() == 2);
  REQUIRE(wound(game, id));
  REQUIRE_FALSE(game.battle(id).effects().empty());

  const Outcome refused = game.world.swap(std::string(SERAI_MODULE_battle_v1));
  CHECK_FALSE(refused.ok());
  CHECK(refused.text.find("effect_lives") != std::string::npos);
  CHECK(game.battle(id).state() == Battle::TURN);
  game.check_invariants();
  game.play_out(id);

  CHECK(game.world.swap(std::string(SERAI_MODULE_battle_v1)).ok());
}

TEST_CASE("a battle under rules 2 goes back to rules 1 and still replays", "[battle]") {
  Game game;
  const std::string id = meet(game);

  REQUIRE(game.world.swap(std::string(SERAI_MODULE_battle_v1)).ok());
  REQUIRE(game.world.swap(std::string(SERAI_MODULE_battle_v2)).ok());

  CHECK(game.battle(id).rules_version() == 1);
  game.check_invariants();
  game.play_out(id);
  game.check_invariants();
}

TEST_CASE("on the way back to rules 1 a fighter loses nothing but the tactic they do not have",
          "[battle]") {
  Game game;
  const std::string id = meet(game);
  const auto state = [&](std::uint32_t schema) {
    return serai::testing::Recorded{"battle", id, schema, game.world.state_bytes("battle", id)};
  };
  const auto before = judge(GAME_BATTLE, state(2));

  REQUIRE(game.world.swap(std::string(SERAI_MODULE_battle_v1)).ok());
  const auto after = judge(SERAI_MODULE_battle_v1, state(1));
  REQUIRE(game.world.swap(std::string(SERAI_MODULE_battle_v2)).ok());
  const auto again = judge(GAME_BATTLE, state(2));

  REQUIRE(after.size() == before.size());
  int lost = 0;
  for (std::size_t at = 0; at < before.size(); ++at) {
    INFO(before[at].text());
    const bool bleed = before[at].wish.tactic() == "bleed";
    lost += bleed && before[at].against.empty() ? 1 : 0;
    CHECK((bleed ? !after[at].against.empty() : after[at].against == before[at].against));
    CHECK(again[at].against == after[at].against);
  }
  CHECK(lost > 0);
}

TEST_CASE("whatever players do under version 2, the invariants hold", "[story]") {
  const auto seed = GENERATE(take(3, random(1ULL, 1ULL << 62U)));
  INFO("seed " << seed);
  Story story(seed);

  for (int chapter = 0; chapter < 8; ++chapter) {
    story.steps(30);
    story.game.check_invariants();
  }
}

// Run by hand once, when schema 2 was released.
TEST_CASE("record golden states of battles in schema 2", "[.record]") {
  Story story(20240229);
  auto states = capture_story(story, "battle", 2, 10, SERAI_MODULE_battle_v2);
  for (const std::uint64_t seed : {1U, 2U}) {
    Game game(seed);
    const std::string id = meet(game);
    REQUIRE(wound(game, id));
    states.push_back(capture(game.world, {"battle", id, 2, {}}, SERAI_MODULE_battle_v2));
    states.back().name = "battle_2_wound" + std::to_string(seed);
  }
  add_golden("battle", states);
}
