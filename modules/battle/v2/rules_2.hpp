// Rules 2: bleeding wounds do damage over time, and fallen friends lower a fighter's damage
// (morale).
//
// Units   morale in percent. A wound takes a twentieth of the victim's full health at each of three
//         turn starts.
// Thread  any; constants.
#pragma once

#include "rules/engine.hpp"

namespace battle::rules {

const RuleBook& book_2();

}  // namespace battle::rules
