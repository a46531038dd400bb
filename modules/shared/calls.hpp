// Calls: the calls between the game's modules. The messages are in contracts/game.proto.
#pragma once

#include <serai/call.hpp>

#include "contracts/game.pb.h"

namespace game {

inline constexpr serai::Call<Lock, Locked> kLock{"character", "svc_lock"};
inline constexpr serai::Call<Unlock, Done> kUnlock{"character", "svc_unlock"};
inline constexpr serai::Call<Grant, Done> kGrant{"character", "svc_grant"};

inline constexpr serai::Call<Reward, Rewarded> kReward{"roster", "svc_reward"};
inline constexpr serai::Call<Owns, Done> kOwns{"roster", "svc_owns"};
inline constexpr serai::Call<Muster, Done> kMuster{"roster", "svc_muster"};

inline constexpr serai::Call<CreateBattle, BattleCreated> kCreateBattle{"battle",
                                                                        "svc_create_battle"};
// A handler of every kind that requests battles. Origin names the kind.
inline constexpr serai::Call<BattleSettled> kBattleSettled{"", "svc_battle_settled"};

}  // namespace game
