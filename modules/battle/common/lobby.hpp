// Lobby: how a battle comes to be, who may come in, and what they see.
//
// Errors  refusals are codes; a battle that is refused locks nobody.
// Thread  the battle's shard.
#pragma once

#include <serai/module.hpp>

#include "battle.pb.h"
#include "contracts/game.pb.h"

namespace battle {

serai::Task<serai::Answer<Started>> start_battle(Battle& battle,
                                                 serai::Match& match,
                                                 StartBattle request);
serai::Task<serai::Answer<Started>> join_battle(Battle& battle,
                                                serai::Match& match,
                                                JoinBattle request);
// For other modules: the fighters are locked already.
serai::Answer<game::BattleCreated> create_battle(Battle& battle,
                                                 serai::Match& match,
                                                 const game::CreateBattle& request);

serai::Reply on_join(const Battle& battle, const serai::Player& player);

serai::Answer<View> get_battle(const Battle& battle, serai::Match& match);
View view_of(const Battle& battle, const serai::Match& match);

}  // namespace battle
