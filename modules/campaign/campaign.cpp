// campaign 1: a player's campaigns. A campaign is a row of nodes. Each node is a battle, and
// winning it opens the next node.
//
// State   schema 1: `campaign`, one per player, keyed by user id.
// Tick    none. A battle sends its result by svc_battle_settled.
// Errors  refusals are codes. With features.enable_campaign_battle = false fights are refused, but
//         rewards can be claimed.
#include "accounts.hpp"
#include "calls.hpp"
#include "handlers.hpp"

namespace campaign {

constexpr serai::RpcOptions kChange{.key = serai::key::caller, .durable = true, .idempotent = true};

constexpr auto kCampaign = serai::kind<Progress>(
    {.name = "campaign"},
    serai::rpc<ListCampaigns>(
        "rpc_list_campaigns", list_campaigns, {.key = serai::key::caller, .creates = true}),
    serai::rpc<StartCampaign>(
        "rpc_start_campaign",
        start_campaign,
        {.key = serai::key::caller, .creates = true, .durable = true, .idempotent = true}),
    serai::rpc<StartCampaignNode>("rpc_start_campaign_node", start_campaign_node, kChange),
    serai::rpc<GetCampaign>("rpc_get_campaign", get_campaign, {.key = serai::key::caller}),
    serai::rpc<ClaimCampaignReward>("rpc_claim_campaign_reward", claim_campaign_reward, kChange),
    serai::call(game::kBattleSettled, on_battle_settled, {.durable = true}));

constexpr auto kModule =
    serai::module("campaign", "1.0.0", kCampaign).settings(kBattlesEnabled).accounts(game::kTowns);

}  // namespace campaign

SERAI_EXPORT_MODULE(campaign::kModule);
