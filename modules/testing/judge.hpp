// Judge: what a fighter may do, as a version of the module itself says.
//
// Errors  a state that the version does not take over fails the test that asked.
// Thread  one.
#pragma once

#include <serai/testing/swap_test.hpp>
#include <string>
#include <vector>

#include "battle.pb.h"

namespace game_test {

struct Judged {
  battle::BattleAction wish;
  std::string against;  // the code it is refused with; empty when it is allowed

  std::string text() const;
};

// The player whose turn it is; empty when it is nobody's.
std::string player_to_act(const battle::Battle& battle);

// Every action there is for whoever is to act: each way of acting, at everybody and nobody, from
// each cell. The module in the file `version` is asked for one after the other in the same state.
std::vector<Judged> judge(const std::string& version, const serai::testing::Recorded& state);

}  // namespace game_test
