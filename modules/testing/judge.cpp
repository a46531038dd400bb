#include "testing/judge.hpp"

#include <catch2/catch.hpp>
#include <iterator>

#include "testing/game.hpp"

namespace game_test {
namespace {

using battle::Action;
using battle::BattleAction;

std::vector<BattleAction> ways_to_act(int fighters) {
  std::vector<BattleAction> all;
  const auto at_everybody = [&](Action::Act act, const char* tactic) {
    for (int target = 0; target <= fighters; ++target) {
      BattleAction& wish = all.emplace_back();
      wish.set_act(act);
      wish.set_tactic(tactic);
      wish.set_target(target);
    }
  };
  at_everybody(Action::GUARD, "");
  at_everybody(Action::ATTACK, "");
  for (const char* tactic : {"strike", "volley", "heal", "taunt", "sweep", "bleed"}) {
    at_everybody(Action::TACTIC, tactic);
  }
  return all;
}

// Each of the actions without a move, and with a move to each cell of the field.
std::vector<BattleAction> from_everywhere(const std::vector<BattleAction>& ways) {
  std::vector<BattleAction> all = ways;
  for (int cell = 0; cell < battle::rules::kWidth * battle::rules::kHeight; ++cell) {
    for (BattleAction wish : ways) {
      wish.set_moves(true);
      wish.set_to_x(cell % battle::rules::kWidth);
      wish.set_to_y(cell / battle::rules::kWidth);
      all.push_back(wish);
    }
  }
  return all;
}

}  // namespace

std::string Judged::text() const {
  std::string name =
      Action::Act_Name(wish.act()) + " " + wish.tactic() + " at " + std::to_string(wish.target());
  if (!wish.moves()) return name;
  return name + " from " + std::to_string(wish.to_x()) + "," + std::to_string(wish.to_y());
}

std::string player_to_act(const battle::Battle& battle) {
  const bool fighting = battle.state() == battle::Battle::TURN && battle.active_unit() > 0;
  return fighting ? battle.units(battle.active_unit() - 1).user_id() : "";
}

std::vector<Judged> judge(const std::string& version, const serai::testing::Recorded& state) {
  WorldOptions options;
  options.forgetful = false;
  World world(options);
  world.load(version);
  battle::Battle battle;
  REQUIRE(battle.ParseFromString(state.bytes));
  Player player;
  player.id = player_to_act(battle);
  const auto restore = [&] {
    const Outcome restored = world.restore(state.kind, state.key, state.schema, state.bytes);
    INFO(restored.text);
    REQUIRE(restored.ok());
    world.forget();
  };

  restore();
  std::vector<Judged> all;
  for (BattleAction& wish : from_everywhere(ways_to_act(battle.units_size()))) {
    wish.set_battle_id(state.key);
    const Outcome outcome = world.rpc(player, "rpc_battle_action", wish);
    all.push_back({wish, outcome.ok() ? "" : outcome.code()});
    if (outcome.ok()) restore();
  }
  return all;
}

}  // namespace game_test
