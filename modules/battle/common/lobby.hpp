// Lobby: creates battles, decides who may join, and makes the views that clients see.
//
// Errors  refusals are codes; a refused battle locks no character.
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
// Called by other modules, which have already locked the fighters.
serai::Answer<game::BattleCreated> create_battle(Battle& battle,
                                                 serai::Match& match,
                                                 const game::CreateBattle& request);

serai::Reply on_join(const Battle& battle, const serai::Player& player);

serai::Answer<View> get_battle(const Battle& battle, serai::Match& match);
View view_of(const Battle& battle, const serai::Match& match);

}  // namespace battle
