// Timers: the battle's timers and their ids.
#pragma once

#include <serai/module.hpp>

#include "battle.pb.h"

namespace battle {

inline constexpr serai::Timer<PhaseOver> kPhaseOver{"phase_over"};
inline constexpr serai::Timer<TurnOver> kTurnOver{"turn_over"};
inline constexpr serai::Timer<Settle> kSettle{"settle"};
inline constexpr serai::Timer<Forget> kForget{"forget"};

constexpr std::uint64_t kPhaseTimer = 1;  // ends the present phase: lobby, placement or turn
constexpr std::uint64_t kSettleTimer = 2;
constexpr std::uint64_t kForgetTimer = 3;

}  // namespace battle
