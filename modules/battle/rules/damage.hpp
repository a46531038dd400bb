// Damage: one blow from one fighter to another.
//
// Units   hit points; powers and flanks in percent.
// Thread  any; pure functions.
#pragma once

#include "rules/field.hpp"

namespace battle::rules {

struct Blow {
  int power = 100;
  int percent = 100;   // of the whole, from the rule book
  int draw_index = 1;  // the first of the two draws this blow takes
};

bool is_behind(const Fighter& target, Cell striker);
Hit blow(const Field& field, const Fighter& striker, const Fighter& target, const Blow& how);

// The unit step from one cell towards another: along the longer axis, x on a tie.
Cell towards(Cell from, Cell to);

}  // namespace battle::rules
