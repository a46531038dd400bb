// Events: the messages that players in the match receive. modules/README.md shows the payloads.
#pragma once

#include <serai/module.hpp>

#include "battle.pb.h"

namespace battle {

inline constexpr serai::Event<BattleTurn> kTurnEvent{101, "battle_turn"};
inline constexpr serai::Event<BattleEnd> kEndEvent{102, "battle_end"};
inline constexpr serai::Event<BattleAct> kActEvent{103, "battle_act"};
inline constexpr serai::Event<Refused> kRefusedEvent{104, "battle_refused"};
inline constexpr serai::Event<Placed> kPlacedEvent{105, "battle_placed"};
inline constexpr serai::Event<BattleSettledEvent> kSettledEvent{106, "battle_settled"};

}  // namespace battle
