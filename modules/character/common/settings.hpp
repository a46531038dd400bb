// What config/modules/character.json may say.
//
// Units   battles that one player may start within any hour.
#pragma once

#include <serai/setting.hpp>

namespace character {

inline constexpr serai::Setting kBattlesPerHour{"battles_per_hour", 240};

}  // namespace character
