// Judge: finds out which actions a version of the module allows a fighter.
//
// Errors  a state that the version cannot import fails its test.
// Thread  one.
#pragma once

#include <serai/testing/swap_test.hpp>
#include <string>
#include <vector>

#include "battle.pb.h"

namespace game_test {

struct Judged {
  battle::BattleAction wish;
  std::string against;  // the refusal's code; empty when the action is allowed

  std::string text() const;
};

// The id of the player whose turn it is; empty when the active unit is not a player's.
std::string player_to_act(const battle::Battle& battle);

// Tries every action of the active unit: each act, with every target and without one, from each
// cell. The module in the file `version` gets each of them in the same state.
std::vector<Judged> judge(const std::string& version, const serai::testing::Recorded& state);

}  // namespace game_test
