// Shape: the functions that differ between the versions. Each version implements them.
//
// Thread  any; pure functions.
#pragma once

#include <string_view>

#include "battle.pb.h"
#include "rules/engine.hpp"

namespace battle {

// Cooldowns, and the version's other effects that last beyond an action.
void load_lasting(const Battle& battle, rules::Field& field);
void store_lasting(const rules::Field& field, Battle& battle);

// The rules of a running battle, and the rules of a new one.
const rules::RuleBook& book_of(int rules_version);
int newest_rules();

// Adds to the view what version 1 does not show.
void show_more(const Battle& battle, View& view);

// "battle 1.0.0": shows clients which code serves them.
std::string_view served_by();

}  // namespace battle
