#include "testing/game.hpp"

using namespace game_test;
using campaign::Campaign;

namespace {

struct Crusade {
  Game game;
  Player ann = game.world.player("ann");
  std::vector<std::string> heroes{game.create(ann, "Ann", "guard"),
                                  game.create(ann, "Arn", "scout"),
                                  game.create(ann, "Ada", "mage")};
  std::string id = start();

  std::string start() {
    campaign::StartCampaign request;
    request.set_def_code("desert_road");
    return game.ok<Campaign>(ann, "rpc_start_campaign", request).campaign_id();
  }
  campaign::StartCampaignNode node(const std::string& code) const {
    campaign::StartCampaignNode request;
    request.set_campaign_id(id);
    request.set_node(code);
    for (const std::string& hero : heroes) request.add_character_ids(hero);
    return request;
  }
  std::string refused(const campaign::StartCampaignNode& request) {
    return game.refusal(ann, "rpc_start_campaign_node", request);
  }
  Campaign now() {
    campaign::GetCampaign get;
    get.set_campaign_id(id);
    return game.ok<Campaign>(ann, "rpc_get_campaign", get);
  }
  void conquer(const std::string& code) {
    const auto started = game.ok<campaign::NodeStarted>(ann, "rpc_start_campaign_node", node(code));
    game.play_out(started.battle_id());
    game.world.advance(1s);
  }
};

}  // namespace

TEST_CASE("a campaign of three nodes is cleared in order and claimed once", "[campaign]") {
  Crusade crusade;
  campaign::ClaimCampaignReward claim;
  claim.set_campaign_id(crusade.id);
  CHECK(crusade.game.refusal(crusade.ann, "rpc_claim_campaign_reward", claim) == "not_completed");

  for (const char* code : {"gate", "well", "ruins"}) {
    crusade.conquer(code);
    crusade.game.check_invariants();
  }
  const Campaign done = crusade.now();
  CHECK(done.state() == Campaign::COMPLETED);
  CHECK((done.stars() >= 3 && done.stars() <= 9));
  const std::int64_t before = crusade.game.gold(crusade.ann);
  const auto claimed =
      crusade.game.ok<campaign::Claimed>(crusade.ann, "rpc_claim_campaign_reward", claim);

  CHECK(claimed.gold() == 50 * done.stars());
  CHECK(crusade.game.gold(crusade.ann) == before + claimed.gold());
  CHECK(claimed.balance() == crusade.game.gold(crusade.ann));
  CHECK(crusade.game.character(crusade.heroes[0]).items(0).name() == "medal_desert_road");
  CHECK(crusade.game.refusal(crusade.ann, "rpc_claim_campaign_reward", claim) == "already_claimed");
  crusade.game.check_invariants();
}

TEST_CASE("a node must be open, known and free", "[campaign]") {
  Crusade crusade;
  campaign::StartCampaignNode request = crusade.node("well");
  CHECK(crusade.refused(request) == "node_not_open");
  CHECK(crusade.refused(crusade.node("moon")) == "unknown_node");
  request = crusade.node("gate");
  request.clear_character_ids();
  CHECK(crusade.refused(request) == "no_heroes");
  request.set_campaign_id("nowhere");
  CHECK(crusade.refused(request) == "unknown_campaign");
  campaign::StartCampaign again;
  again.set_def_code("desert_road");
  CHECK(crusade.game.refusal(crusade.ann, "rpc_start_campaign", again) == "already_active");
  again.set_def_code("moon_road");
  CHECK(crusade.game.refusal(crusade.ann, "rpc_start_campaign", again) == "unknown_definition");

  crusade.game.ok<campaign::NodeStarted>(
      crusade.ann, "rpc_start_campaign_node", crusade.node("gate"));
  CHECK(crusade.refused(crusade.node("gate")) == "battle_going_on");
}

TEST_CASE("a lost node stays open", "[campaign]") {
  Crusade crusade;
  const auto started = crusade.game.ok<campaign::NodeStarted>(
      crusade.ann, "rpc_start_campaign_node", crusade.node("gate"));
  battle::SurrenderBattle surrender;
  surrender.set_battle_id(started.battle_id());

  crusade.game.ok<battle::View>(crusade.ann, "rpc_surrender_battle", surrender);
  crusade.game.world.advance(1s);

  CHECK(crusade.now().nodes(0).state() == campaign::Node::OPEN);
  CHECK(crusade.now().battle_id().empty());
  crusade.conquer("gate");
  CHECK(crusade.now().nodes(0).state() == campaign::Node::CLEARED);
}

TEST_CASE("switched off, campaign battles are refused at once", "[campaign]") {
  Game game({.config = {{"features.enable_campaign_battle", "false"}}});
  const Player ann = game.world.player("ann");
  const std::string hero = game.create(ann, "Ann", "guard");
  campaign::StartCampaign start;
  start.set_def_code("desert_road");
  campaign::StartCampaignNode node;
  node.set_campaign_id(game.ok<Campaign>(ann, "rpc_start_campaign", start).campaign_id());
  node.set_node("gate");
  node.add_character_ids(hero);

  CHECK(game.refusal(ann, "rpc_start_campaign_node", node) == "feature_disabled");
  CHECK(game.character(hero).status() == character::Character::IDLE);
}
