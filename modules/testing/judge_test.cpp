// Invariant 9: a fighter's allowed actions are the same before a swap, after it, and after a
// rollback.
#include "testing/judge.hpp"

#include <algorithm>

#include "testing/golden.hpp"
#include "testing/story.hpp"

using namespace game_test;
using battle::Battle;
using serai::testing::Recorded;

namespace {

Recorded now(Game& game, const std::string& id, std::uint32_t schema) {
  return {"battle", id, schema, game.world.state_bytes("battle", id)};
}

std::size_t count_of(const std::vector<Judged>& all, const std::string& code) {
  return static_cast<std::size_t>(std::count_if(
      all.begin(), all.end(), [&](const Judged& each) { return each.against == code; }));
}

void compare(const std::vector<Judged>& before, const std::vector<Judged>& after) {
  REQUIRE(before.size() == after.size());
  for (std::size_t at = 0; at < before.size(); ++at) {
    INFO(before[at].text());
    CHECK(after[at].against == before[at].against);
  }
}

// Begins a battle of Ann's guard and mage against Bob's scout and guard, and places them.
std::string begin_duel(Game& game) {
  const Player ann = game.world.player("ann");
  const Player bob = game.world.player("bob");
  battle::StartBattle start;
  start.add_character_ids(game.create(ann, "Ann", "guard"));
  start.add_character_ids(game.create(ann, "Ann the Other", "mage"));
  const auto started = game.ok<battle::Started>(ann, "rpc_start_battle", start);
  battle::JoinBattle join;
  join.set_battle_id(started.battle_id());
  join.add_character_ids(game.create(bob, "Bob", "scout"));
  join.add_character_ids(game.create(bob, "Bob the Other", "guard"));
  game.ok<battle::Started>(bob, "rpc_join_battle", join);
  for (const Player& player : {ann, bob}) {
    REQUIRE(game.world.join(player, started.match_id()).ok());
    game.world.data(player, started.match_id(), 4, battle::Ready{});
  }
  return started.battle_id();
}

// Uses a tactic that is ready, so that there are cooldowns and taunts. Without one it acts as the
// host would.
void act(Game& game, const std::string& id, const std::vector<Judged>& judged) {
  Player player;
  player.id = player_to_act(game.battle(id));
  for (const Judged& each : judged) {
    if (each.wish.act() != battle::Action::TACTIC || !each.against.empty()) continue;
    REQUIRE(game.world.rpc(player, "rpc_battle_action", each.wish).ok());
    return;
  }
  REQUIRE(game.play_turn(id));
}

}  // namespace

TEST_CASE("what fighters may do is the same before a swap, after it and after the way back",
          "[swap]") {
  Game game(3);
  const std::string id = begin_duel(game);
  std::size_t resting = 0;
  std::size_t taunted = 0;

  for (int stage = 0; stage < 14 && game.battle(id).state() == Battle::TURN; ++stage) {
    INFO("stage " << stage);
    const auto before = judge(SERAI_MODULE_battle_v1, now(game, id, 1));
    REQUIRE(count_of(before, "") > 10);
    resting += count_of(before, "tactic_not_ready");
    taunted += count_of(before, "taunted");

    REQUIRE(game.world.swap(std::string(SERAI_MODULE_battle_v2)).ok());
    compare(before, judge(SERAI_MODULE_battle_v2, now(game, id, 2)));
    REQUIRE(game.world.swap(std::string(SERAI_MODULE_battle_v1)).ok());
    compare(before, judge(SERAI_MODULE_battle_v1, now(game, id, 1)));

    act(game, id, before);
  }

  CHECK(resting > 0);
  CHECK(taunted > 0);
}

TEST_CASE("what fighters of recorded battles may do is the same under the newest version",
          "[swap]") {
  int judged = 0;
  for (const Recorded& state : states_of(read_golden("battle"), 1)) {
    Battle battle;
    REQUIRE(battle.ParseFromString(state.bytes));
    if (player_to_act(battle).empty()) continue;
    INFO(state.key);
    compare(judge(SERAI_MODULE_battle_v1, state), judge(SERAI_MODULE_battle_v2, state));
    ++judged;
  }
  CHECK(judged > 0);
}
