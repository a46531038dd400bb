// What a player does in a battle, by what rpc_get_battle shows: mostly sensible, sometimes not
// legal.
#pragma once

#include <nlohmann/json.hpp>

#include "chance.hpp"

namespace serai::sim {

nlohmann::json choose_move(const nlohmann::json& view, Chance& chance);

}  // namespace serai::sim
