// Shape of schema 2: attributes as a map, the title apart from the name, talents.
//
// Units   a talent adds to one attribute in battle only; nothing of it is stored in the attributes.
// Thread  any; pure functions of the state.
#pragma once

#include <string_view>

#include "common/shape.hpp"

namespace character {

// The way in from schema 1 and back to it. Going back drops talents; their points are refunded when
// the character comes up again.
void upgrade_from_1(Character& character);
void downgrade_to_1(Character& character);

bool is_talent(std::string_view name);

}  // namespace character
