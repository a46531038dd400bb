// The settings in config/modules/character.json.
//
// Units   battles that one player may start within any hour.
#pragma once

#include <serai/setting.hpp>

namespace character {

inline constexpr serai::Setting kBattlesPerHour{"battles_per_hour", 240};

}  // namespace character
