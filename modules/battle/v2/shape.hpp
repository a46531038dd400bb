// Shape of schema 2: cooldowns store the turn they end in; effects and morale are new.
//
// Errors  the downgrade is refused while an effect is active: schema 1 has no field for it.
// Thread  any; pure functions of the state.
#pragma once

#include <serai/module.hpp>

#include "common/shape.hpp"

namespace battle {

// A battle from schema 1 keeps rules 1 until it ends.
void upgrade_from_1(Battle& battle);

// A battle under rules 2 goes on under rules 1. The change is added to its actions, so that a
// replay still gives its log_hash.
serai::Reply downgrade_to_1(Battle& battle);

}  // namespace battle
