// Damage: one blow from one fighter to another.
//
// Formula (atk * power / 100) * 100 / (100 + def), times 90 to 110 percent by chance, times 125
//         percent from behind, times 150 percent when critical, halved when the target guards,
//         times `percent`; at least 1. A blow is critical with a chance of 5 + spd / 10 percent.
//         Every step rounds down. The formula is the game's own.
// Units   hit points; powers in percent.
// Thread  any; pure functions.
#pragma once

#include "rules/field.hpp"

namespace battle::rules {

struct Blow {
  int power = 100;
  int percent = 100;   // of the damage, as the rule book's damage_percent() returns it
  int draw_index = 1;  // the first of the two draws that the blow uses
};

bool is_behind(const Fighter& target, Cell striker);
Hit blow(const Field& field, const Fighter& striker, const Fighter& target, const Blow& how);

// The unit step from one cell towards another: along the longer axis, x on a tie.
Cell towards(Cell from, Cell to);

}  // namespace battle::rules
