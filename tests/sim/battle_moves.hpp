// Chooses a player's move in a battle from the answer of rpc_get_battle. Most moves are sensible,
// some are illegal.
#pragma once

#include <nlohmann/json.hpp>

#include "chance.hpp"

namespace serai::sim {

nlohmann::json choose_move(const nlohmann::json& view, Chance& chance);

}  // namespace serai::sim
