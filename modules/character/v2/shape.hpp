// Shape of schema 2: attributes as a map, the title separate from the name, talents.
//
// Units   a talent raises one attribute, in battles only. The stored attributes do not include it.
// Thread  any; pure functions of the state.
#pragma once

#include <string_view>

#include "common/shape.hpp"

namespace character {

// Upgrade from schema 1 and downgrade to it. The downgrade drops talents; the next upgrade refunds
// their points.
void upgrade_from_1(Character& character);
void downgrade_to_1(Character& character);

bool is_talent(std::string_view name);

}  // namespace character
