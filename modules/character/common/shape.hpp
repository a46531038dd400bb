// Shape: the functions on states that differ between the versions. Each version implements them.
//
// Thread  the entity's shard; pure functions of the state.
#pragma once

#include <span>
#include <string_view>

#include "character.pb.h"
#include "rules/rules.hpp"

namespace character {

rules::Attributes attributes_of(const Character& character);
void set_attributes(Character& character, const rules::Attributes& attributes);

// The attributes in a fight: the character's own and, in version 2, those of its talents.
rules::Attributes in_battle(const Character& character);

const char* check_name(std::string_view name);
void set_name(Character& character, std::string_view name);

// Called when the level may have changed.
void level_changed(Character& character);

// Adds the fields that the view of version 1 does not have.
void show_more(const Character& character, View& view);

// All tactics of this version.
std::span<const std::string_view> known_tactics();

}  // namespace character
