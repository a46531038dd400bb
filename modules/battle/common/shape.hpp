// Shape: the few places where one version differs from the other. Each version implements it.
//
// Thread  any; pure functions.
#pragma once

#include <string_view>

#include "battle.pb.h"
#include "rules/engine.hpp"

namespace battle {

// What lasts beyond an action: cooldowns, and whatever else the version has.
void load_lasting(const Battle& battle, rules::Field& field);
void store_lasting(const rules::Field& field, Battle& battle);

// The rules of a battle that goes on, and those a new one begins under.
const rules::RuleBook& book_of(int rules_version);
int newest_rules();

// What this version shows beyond the first one's view.
void show_more(const Battle& battle, View& view);

// "battle 1.0.0": clients see which code serves them.
std::string_view served_by();

}  // namespace battle
