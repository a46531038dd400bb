// Settlement: pays the winners, unlocks the fighters and sends the result to the entity that
// requested the battle. Each of these steps takes effect once.
//
// Errors  when a step fails, the settlement is tried again later. Every step is safe to repeat,
//         because grants, rewards and unlocks carry the battle's id.
// Thread  the battle's shard.
#pragma once

#include <serai/module.hpp>

#include "battle.pb.h"

namespace battle {

serai::Task<serai::Reply> settle(Battle& battle, serai::Match& match, Settle order);
void forget(Battle& battle, serai::Match& match, const Forget& order);

}  // namespace battle
