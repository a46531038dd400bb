// Settlement: pays the winners, frees the fighters and tells whoever asked for the battle. Once.
//
// Errors  a step that fails is tried again later; every step is safe to repeat: grants, rewards and
//         unlocks are known by the battle's id.
// Thread  the battle's shard.
#pragma once

#include <serai/module.hpp>

#include "battle.pb.h"

namespace battle {

serai::Task<serai::Reply> settle(Battle& battle, serai::Match& match, Settle order);
void forget(Battle& battle, serai::Match& match, const Forget& order);

}  // namespace battle
