// A player's moves in a battle, chosen from the answer of rpc_get_battle: mostly sensible,
// sometimes illegal.
#pragma once

#include <nlohmann/json.hpp>

#include "chance.hpp"

namespace serai::sim {

nlohmann::json choose_move(const nlohmann::json& view, Chance& chance);

}  // namespace serai::sim
