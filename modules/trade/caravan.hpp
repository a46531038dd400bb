// Caravan: loads in a town, travels segment by segment, may be ambushed, and sells in the town
// where it arrives.
//
// Units   gold and pieces. A segment takes its hours times road_hour_ms, a setting of one second by
//         default.
// Errors  refusals are codes; a refused call changes nothing and unlocks the guards that it had
//         locked.
// Thread  the caravan's shard.
#pragma once

#include <serai/module.hpp>
#include <vector>

#include "contracts/game.pb.h"
#include "trade.pb.h"

namespace trade {

// The accounts for tolls until the caravan has passed their segments.
constexpr serai::Accounts kTolls{.prefix = "escrow:"};

constexpr std::uint64_t kRoadTimer = 1;
constexpr std::uint64_t kAmbushTimer = 2;

serai::Reply check_owner(const Caravan& caravan, const serai::Context& context);
CaravanView view_of(const Caravan& caravan, const serai::Entity& entity);
std::int64_t cargo_value(const Caravan& caravan);
// Moves `percent` of each good in the cargo to the losses, rounded up.
void lose(Caravan& caravan, int percent);

// Called at the end of a segment: pays the toll, and goes on or arrives. Returns the gold that is
// paid back to the player on arrival.
serai::Task<std::int64_t> advance(Caravan& caravan, serai::Entity& entity);

// ---- Ambush -----------------------------------------------------------------------------------

// Stops the caravan, notifies the player, and waits for the player's decision.
void ambush(Caravan& caravan, serai::Entity& entity);
serai::Task<serai::Answer<CaravanView>> resolve_ambush(Caravan& caravan,
                                                       serai::Entity& entity,
                                                       ResolveAmbush request);
// Runs when the player has not decided in time: the caravan tries to flee.
serai::Task<serai::Reply> on_ambush_over(Caravan& caravan, serai::Entity& entity, AmbushOver over);
serai::Task<serai::Reply> on_battle_settled(Caravan& caravan,
                                            serai::Entity& entity,
                                            game::BattleSettled settled);

// ---- Other handlers ---------------------------------------------------------------------------

serai::Task<serai::Answer<CaravanView>> create_caravan(Caravan& caravan,
                                                       serai::Entity& entity,
                                                       CreateCaravan request);
serai::Task<serai::Answer<Executed>> execute_trade(Caravan& caravan,
                                                   serai::Entity& entity,
                                                   ExecuteTrade request);
serai::Task<serai::Answer<CaravanView>> depart_caravan(Caravan& caravan,
                                                       serai::Entity& entity,
                                                       DepartCaravan request);
serai::Answer<CaravanView> get_caravan(const Caravan& caravan, serai::Entity& entity);
serai::Task<serai::Reply> on_segment_over(Caravan& caravan,
                                          serai::Entity& entity,
                                          SegmentOver over);

}  // namespace trade
