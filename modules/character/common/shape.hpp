// Shape: the few places where one version's state differs from the other's. Each version implements
// it.
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

// What the character brings into a fight: its attributes and whatever else this version adds.
rules::Attributes in_battle(const Character& character);

const char* check_name(std::string_view name);
void set_name(Character& character, std::string_view name);

// Called after the level may have risen.
void level_changed(Character& character);

// What this version shows beyond the first one's view.
void show_more(const Character& character, View& view);

std::span<const std::string_view> known_tactics();

}  // namespace character
