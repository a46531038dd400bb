// The settings in config/modules/battle.json.
//
// Units   milliseconds.
#pragma once

#include <serai/setting.hpp>

namespace battle {

inline constexpr serai::Setting kTurnMs{"turn_ms", 20'000};
inline constexpr serai::Setting kPlacementMs{"placement_ms", 20'000};
inline constexpr serai::Setting kLobbyMs{"lobby_ms", 300'000};
inline constexpr serai::Setting kForgetMs{"forget_ms", 900'000};

}  // namespace battle
