// Codec: converts the battle's state to the rules' Field and back. shape.hpp has the functions that
// differ between the versions.
//
// Thread  any; pure functions.
#pragma once

#include <string>

#include "battle.pb.h"
#include "contracts/game.pb.h"
#include "rules/engine.hpp"

namespace battle {

rules::Field load(const Battle& battle);
// Changes the state in place, so that unknown fields stay.
void store(const rules::Field& field, Battle& battle);

rules::Action from_wire(const Action& action);
Action to_wire(const rules::Action& action);
Hit to_wire(const rules::Hit& hit);

// Replays the battle from its seed and its actions, up to the first action that the rules refuse.
// The log_hash of the replay must equal the battle's.
struct Replay {
  rules::Field field;
  std::string foul{};  // the action that the rules refused, and the reason; empty: none
};
Replay replay(const Battle& battle);

// Adds a fighter to side 0 or 1.
void add_unit(Battle& battle, const game::Sheet& sheet, int side);

}  // namespace battle
