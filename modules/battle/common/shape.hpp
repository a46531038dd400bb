// Shape: the functions that differ between the versions. Each version implements them.
//
// Thread  any; pure functions.
#pragma once

#include <string_view>

#include "battle.pb.h"
#include "rules/engine.hpp"

namespace battle {

// Convert cooldowns and the version's other lasting effects between the state and the field.
void load_lasting(const Battle& battle, rules::Field& field);
void store_lasting(const rules::Field& field, Battle& battle);

// The rules of a running battle, and the rules of a new one.
const rules::RuleBook& book_of(int rules_version);
int newest_rules();

// Adds the fields that the view of version 1 does not have.
void show_more(const Battle& battle, View& view);

// The module and its version, which clients get: "battle 1.0.0".
std::string_view served_by();

}  // namespace battle
