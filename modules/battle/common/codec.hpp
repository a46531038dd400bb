// Codec: the battle's state as the rules' Field and back. What differs by version is in shape.hpp.
//
// Thread  any; pure functions.
#pragma once

#include <string>

#include "battle.pb.h"
#include "contracts/game.pb.h"
#include "rules/engine.hpp"

namespace battle {

rules::Field load(const Battle& battle);
// Writes into the state in place, so that fields this version does not know stay.
void store(const rules::Field& field, Battle& battle);

rules::Action from_wire(const Action& action);
Action to_wire(const rules::Action& action);
Hit to_wire(const rules::Hit& hit);

// The battle played again from its seed and its actions, as far as the rules allow them; log_hash
// must come out the same.
struct Replay {
  rules::Field field;
  std::string foul{};  // the action at which it ended, and what the rules have against it
};
Replay replay(const Battle& battle);

void add_unit(Battle& battle, const game::Sheet& sheet, int side);

}  // namespace battle
