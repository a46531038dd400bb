#include "handlers.hpp"

#include <algorithm>
#include <set>

#include "accounts.hpp"
#include "bandits.hpp"
#include "calls.hpp"
#include "locks.hpp"
#include "purse.hpp"
#include "rules/rules.hpp"

namespace campaign {
namespace {

constexpr int kCampaignsMax = 64;

Campaign* find_campaign(Progress& progress, const std::string& id) {
  for (Campaign& campaign : *progress.mutable_campaigns()) {
    if (campaign.campaign_id() == id) return &campaign;
  }
  return nullptr;
}

serai::Reply no_campaign() { return serai::refuse("unknown_campaign", serai::Status::not_found); }

Node* find_node(Campaign& campaign, const std::string& code) {
  for (Node& node : *campaign.mutable_nodes()) {
    if (node.code() == code) return &node;
  }
  return nullptr;
}

const char* check_node(Campaign& campaign, const StartCampaignNode& request) {
  const Node* node = find_node(campaign, request.node());
  if (node == nullptr) return "unknown_node";
  if (!campaign.battle_id().empty()) return "battle_going_on";
  if (node->state() != Node::OPEN) return "node_not_open";
  if (request.character_ids().empty()) return "no_heroes";
  if (request.character_ids_size() > rules::kHeroesMax) return "too_many_heroes";
  const std::set<std::string> distinct(request.character_ids().begin(),
                                       request.character_ids().end());
  const bool doubled = static_cast<int>(distinct.size()) != request.character_ids_size();
  return doubled ? "hero_named_twice" : nullptr;
}

game::CreateBattle battle_order(const Campaign& campaign,
                                const std::string& node,
                                const game::Sheets& heroes) {
  const rules::NodePlan& plan = *rules::find_node(*rules::find_plan(campaign.def_code()), node);
  game::CreateBattle order;
  order.set_kind(game::CreateBattle::CAMPAIGN);
  order.set_user_id(campaign.player_id());
  order.mutable_origin()->set_kind("campaign");
  order.mutable_origin()->set_key(campaign.player_id());
  order.mutable_origin()->set_detail(campaign.campaign_id());
  for (const game::Sheet& hero : heroes) *order.add_fighters() = hero;
  for (int n = 1; n <= plan.enemies; ++n) *order.add_enemies() = game::bandit(plan.level, n);
  return order;
}

// Opens the next node, or finishes the campaign.
void clear(Campaign& campaign, int index, int stars) {
  Node& node = *campaign.mutable_nodes(index);
  node.set_state(Node::CLEARED);
  node.set_stars(stars);
  campaign.set_stars(campaign.stars() + stars);
  if (index + 1 < campaign.nodes_size()) {
    campaign.mutable_nodes(index + 1)->set_state(Node::OPEN);
  } else {
    campaign.set_state(Campaign::COMPLETED);
  }
}

// Grants experience and a medal to the heroes of the latest fight. Skips heroes that no longer
// exist.
serai::Task<serai::Reply> honour(const Campaign& campaign, serai::Entity& entity, int xp) {
  game::Grant grant;
  grant.set_grant_id("campaign:" + campaign.campaign_id());
  grant.set_xp(xp);
  (*grant.mutable_items())["medal_" + campaign.def_code()] = 1;
  for (const std::string& hero : campaign.heroes()) {
    const auto done = co_await entity.call(game::kGrant, hero, grant);
    if (!done && done.status() != serai::Status::not_found) co_return done.refusal();
  }
  co_return serai::accept();
}

}  // namespace

serai::Answer<CampaignList> list_campaigns(const Progress& progress) {
  CampaignList list;
  for (const rules::Plan& plan : rules::plans()) {
    Definition* shown = list.add_definitions();
    shown->set_def_code(std::string(plan.code));
    shown->set_name(std::string(plan.name));
    shown->set_reward_gold_per_star(plan.gold_per_star);
    for (const rules::NodePlan& node : plan.nodes) shown->add_nodes(std::string(node.code));
  }
  *list.mutable_campaigns() = progress.campaigns();
  return list;
}

serai::Answer<Campaign> get_campaign(Progress& progress, const GetCampaign& request) {
  const Campaign* campaign = find_campaign(progress, request.campaign_id());
  if (campaign == nullptr) return no_campaign();
  return *campaign;
}

serai::Answer<Campaign> start_campaign(Progress& progress,
                                       serai::Entity& entity,
                                       const StartCampaign& request) {
  const rules::Plan* plan = rules::find_plan(request.def_code());
  if (plan == nullptr) return serai::refuse("unknown_definition");
  if (progress.campaigns_size() >= kCampaignsMax) return serai::refuse("too_many_campaigns");
  for (const Campaign& campaign : progress.campaigns()) {
    const bool runs = campaign.state() == Campaign::ACTIVE;
    if (runs && campaign.def_code() == request.def_code()) return serai::refuse("already_active");
  }
  progress.set_player_id(entity.key());
  Campaign* campaign = progress.add_campaigns();
  campaign->set_campaign_id(entity.fresh_key());
  campaign->set_def_code(request.def_code());
  campaign->set_player_id(entity.key());
  for (const rules::NodePlan& node : plan->nodes) {
    campaign->add_nodes()->set_code(std::string(node.code));
  }
  campaign->mutable_nodes(0)->set_state(Node::OPEN);
  return *campaign;
}

serai::Task<serai::Answer<NodeStarted>> start_campaign_node(Progress& progress,
                                                            serai::Entity& entity,
                                                            StartCampaignNode request) {
  if (!entity.config(kBattlesEnabled)) {
    co_return serai::refuse("feature_disabled");
  }
  Campaign* campaign = find_campaign(progress, request.campaign_id());
  if (campaign == nullptr) co_return no_campaign();
  if (const char* code = check_node(*campaign, request)) co_return serai::refuse(code);

  const std::string battle_id = entity.fresh_key();
  const game::Takers heroes{
      campaign->player_id(), "battle:" + battle_id, game::to_list(request.character_ids())};
  const auto sheets = co_await game::lock_all(entity, heroes);
  if (!sheets) co_return sheets.refusal();
  const game::CreateBattle order = battle_order(*campaign, request.node(), *sheets);
  const auto created = co_await entity.call(game::kCreateBattle, battle_id, order);
  if (!created) {
    co_await game::unlock_all(entity, heroes);
    co_return created.refusal();
  }

  campaign->set_battle_id(battle_id);
  *campaign->mutable_heroes() = request.character_ids();
  find_node(*campaign, request.node())->set_state(Node::IN_BATTLE);
  NodeStarted started;
  started.set_battle_id(battle_id);
  started.set_match_id(created->match_id());
  *started.mutable_campaign() = *campaign;
  co_return started;
}

serai::Reply on_battle_settled(Progress& progress, const game::BattleSettled& settled) {
  Campaign* campaign = find_campaign(progress, settled.detail());
  if (campaign == nullptr || campaign->battle_id() != settled.battle_id()) return serai::accept();
  campaign->clear_battle_id();
  const int stars =
      rules::stars_of({.won = settled.won(), .turns = settled.turns(), .fallen = settled.fallen()});
  for (int n = 0; n < campaign->nodes_size(); ++n) {
    Node& node = *campaign->mutable_nodes(n);
    if (node.state() != Node::IN_BATTLE) continue;
    if (settled.won()) {
      clear(*campaign, n, stars);
    } else {
      node.set_state(Node::OPEN);
    }
    break;
  }
  return serai::accept();
}

serai::Task<serai::Answer<Claimed>> claim_campaign_reward(Progress& progress,
                                                          serai::Entity& entity,
                                                          ClaimCampaignReward request) {
  Campaign* campaign = find_campaign(progress, request.campaign_id());
  if (campaign == nullptr) co_return no_campaign();
  if (campaign->state() == Campaign::CLAIMED) co_return serai::refuse("already_claimed");
  if (campaign->state() != Campaign::COMPLETED) co_return serai::refuse("not_completed");
  Claimed claimed;
  claimed.set_gold(rules::find_plan(campaign->def_code())->gold_per_star * campaign->stars());
  claimed.set_xp(rules::kXpPerStar * campaign->stars());

  serai::Transfer prize("campaign:" + campaign->campaign_id(), "campaign_reward");
  prize.move(game::treasury(), "player:" + campaign->player_id(), claimed.gold());
  const serai::Reply paid = co_await entity.transfer(prize);
  if (!paid) co_return paid;
  const auto balance = co_await game::gold_of(entity, campaign->player_id(), claimed.gold());
  if (!balance) co_return balance.refusal();
  claimed.set_balance(*balance);
  const serai::Reply honoured = co_await honour(*campaign, entity, claimed.xp());
  if (!honoured) co_return honoured;
  campaign->set_state(Campaign::CLAIMED);
  *claimed.mutable_campaign() = *campaign;
  co_return claimed;
}

}  // namespace campaign
