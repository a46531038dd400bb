// The settings in config/modules/trade.json.
//
// Units   milliseconds; caravans_max counts one player's open caravans.
#pragma once

#include <serai/setting.hpp>

namespace trade {

inline constexpr serai::Setting kRoadHourMs{"road_hour_ms", std::int64_t{1000}};
inline constexpr serai::Setting kTownHourMs{"hour_ms", std::int64_t{60'000}};
inline constexpr serai::Setting kCaravansMax{"caravans_max", 50};
inline constexpr serai::Setting kAmbushWaitMs{"ambush_wait_ms", 120'000};

}  // namespace trade
