// Calls between rosters and characters.
#pragma once

#include <serai/call.hpp>

#include "character.pb.h"
#include "contracts/game.pb.h"

namespace character {

inline constexpr serai::Call<Found, View> kFound{"character", "svc_found"};
inline constexpr serai::Call<Renamed, game::Done> kRenamed{"roster", "svc_renamed"};

}  // namespace character
