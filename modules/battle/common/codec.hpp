// Codec: the battle's state as the rules' Field and back. What differs by version is in shape.hpp.
//
// Thread  any; pure functions.
#pragma once

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

// The battle played again from its seed and its actions; log_hash must come out the same.
rules::Field replay(const Battle& battle);

void add_unit(Battle& battle, const game::Sheet& sheet, int side);

}  // namespace battle
