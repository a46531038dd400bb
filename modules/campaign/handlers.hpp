// Handlers of a player's campaigns.
//
// Errors  refusals are codes; a refused fight unlocks the characters that it had locked.
// Thread  the shard of the player's campaign entity.
#pragma once

#include <serai/module.hpp>

#include "campaign.pb.h"
#include "contracts/game.pb.h"

namespace campaign {

inline constexpr serai::Setting kBattlesEnabled{"features.enable_campaign_battle", true};

serai::Answer<CampaignList> list_campaigns(const Progress& progress);
serai::Answer<Campaign> get_campaign(Progress& progress, const GetCampaign& request);
serai::Answer<Campaign> start_campaign(Progress& progress,
                                       serai::Entity& entity,
                                       const StartCampaign& request);
serai::Task<serai::Answer<NodeStarted>> start_campaign_node(Progress& progress,
                                                            serai::Entity& entity,
                                                            StartCampaignNode request);
serai::Reply on_battle_settled(Progress& progress, const game::BattleSettled& settled);
serai::Task<serai::Answer<Claimed>> claim_campaign_reward(Progress& progress,
                                                          serai::Entity& entity,
                                                          ClaimCampaignReward request);

}  // namespace campaign
