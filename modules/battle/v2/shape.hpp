// Shape of schema 2: cooldowns name the turn they end in; effects and morale are new.
//
// Errors  the way back is refused while an effect lives: schema 1 cannot say it.
// Thread  any; pure functions of the state.
#pragma once

#include <serai/module.hpp>

#include "common/shape.hpp"

namespace battle {

// A battle that comes in from schema 1 goes on under rules 1 until it ends.
void upgrade_from_1(Battle& battle);

// A battle under rules 2 goes on under rules 1; the change is written into its actions, so that it
// still replays to its hash.
serai::Reply downgrade_to_1(Battle& battle);

}  // namespace battle
