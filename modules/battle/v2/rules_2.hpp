// Rules 2: a bleeding wound goes on hurting, and whoever sees friends fall strikes less hard.
//
// Units   morale in percent; a wound takes a twentieth of the victim's health at three turn starts.
// Thread  any; constants.
#pragma once

#include "rules/engine.hpp"

namespace battle::rules {

const RuleBook& book_2();

}  // namespace battle::rules
