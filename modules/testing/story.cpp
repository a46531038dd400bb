#include "testing/story.hpp"

namespace game_test {

Story::Story(std::uint64_t seed) : game(seed), generator_(seed) {
  const std::vector<std::string> types{"guard", "scout", "mage", "scout"};
  for (const char* name : {"ann", "bob", "cid"}) {
    players_.push_back(game.world.player(name));
    for (int n = 0; n < 4; ++n) {
      const std::string title = n == 0 ? ", the First" : "";
      heroes_[players_.back().id].push_back(game.create(
          players_.back(), name + std::to_string(n) + title, types[static_cast<std::size_t>(n)]));
    }
  }
}

int Story::pick(int low, int high) {
  return std::uniform_int_distribution<int>(low, high)(generator_);
}

const Player& Story::someone() { return players_[static_cast<std::size_t>(pick(0, 2))]; }

std::string Story::hero_of(const Player& player) {
  return heroes_[player.id][static_cast<std::size_t>(pick(0, 3))];
}

std::string Story::caravan_of(const Player& player) {
  auto& mine = caravans_[player.id];
  if (mine.empty() || chance(15)) {
    const char* towns[] = {"harbor", "oasis", "mines", "citadel"};
    mine.push_back(game.load_caravan(player, towns[pick(0, 3)], {hero_of(player)}));
  }
  return mine[static_cast<std::size_t>(pick(0, static_cast<int>(mine.size()) - 1))];
}

void Story::begin_fight(const Player& player) {
  battle::StartBattle request;
  request.set_idem_key(game.idem());
  request.set_kind(game::CreateBattle::PVE);
  request.add_character_ids(hero_of(player));
  if (chance(50)) request.add_character_ids(hero_of(player));
  request.set_enemies(pick(1, 3));
  request.set_enemy_level(pick(1, 3));
  game.world.rpc(player, "rpc_start_battle", request);
}

void Story::begin_duel(const Player& player) {
  for (const std::string& id : game.world.keys("battle")) {
    if (game.battle(id).state() != battle::Battle::LOBBY) continue;
    battle::JoinBattle join;
    join.set_battle_id(id);
    join.add_character_ids(hero_of(player));
    game.world.rpc(player, "rpc_join_battle", join);
    return;
  }
  battle::StartBattle request;
  request.add_character_ids(hero_of(player));
  game.world.rpc(player, "rpc_start_battle", request);
}

void Story::move_caravans(const Player& player) {
  const char* goods[] = {"cloth", "grain", "iron", "spice"};
  const char* roads[] = {"harbor_oasis",
                         "oasis_citadel",
                         "citadel_oasis",
                         "mines_citadel",
                         "harbor_mines",
                         "citadel_mines",
                         "oasis_harbor"};
  const std::string id = caravan_of(player);
  switch (pick(0, 4)) {
    case 0:
      game.buy(player, id, goods[pick(0, 3)], pick(1, 12));
      break;
    case 1:
      game.sell(player, id, goods[pick(0, 3)], pick(1, 12));
      break;
    case 2:
      game.depart(player, id, {roads[pick(0, 6)], roads[pick(0, 6)]});
      break;
    case 3:
      game.depart(player, id, {roads[pick(0, 6)]});
      break;
    default:
      game.resolve(player, id, static_cast<trade::ResolveAmbush::Way>(pick(0, 2)));
  }
}

void Story::campaigns(const Player& player) {
  std::string& id = campaigns_[player.id];
  if (id.empty()) {
    campaign::StartCampaign start;
    start.set_def_code("desert_road");
    id = game.ok<campaign::Campaign>(player, "rpc_start_campaign", start).campaign_id();
  }
  campaign::StartCampaignNode node;
  node.set_campaign_id(id);
  const char* nodes[] = {"gate", "well", "ruins"};
  node.set_node(nodes[pick(0, 2)]);
  for (const std::string& hero : heroes_[player.id]) node.add_character_ids(hero);
  game.world.rpc(player, "rpc_start_campaign_node", node);
  campaign::ClaimCampaignReward claim;
  claim.set_campaign_id(id);
  game.world.rpc(player, "rpc_claim_campaign_reward", claim);
}

void Story::grow(const Player& player) {
  character::AllocatePoints spend;
  spend.set_character_id(hero_of(player));
  spend.set_vit(pick(-1, 2));
  spend.set_atk(pick(0, 2));
  spend.set_spd(pick(0, 1));
  game.world.rpc(player, "rpc_allocate_points", spend);
  character::EquipTactic equip;
  equip.set_character_id(hero_of(player));
  const char* tactics[] = {"strike", "volley", "heal", "taunt", "sweep"};
  equip.set_tactic(tactics[pick(0, 4)]);
  game.world.rpc(player, "rpc_equip_tactic", equip);
}

void Story::play_battles(int turns) {
  for (const std::string& id : game.world.keys("battle")) {
    if (game.battle(id).state() == battle::Battle::PLACEMENT) {
      for (const Player& player : players_) {
        if (!game.world.join(player, id + ".battle").ok()) continue;
        game.world.data(player, id + ".battle", 4, battle::Ready{});
      }
    }
    for (int n = 0; n < turns && game.play_turn(id); ++n) {
    }
  }
}

void Story::step() {
  const Player& player = someone();
  switch (pick(0, 9)) {
    case 0:
      return begin_fight(player);
    case 1:
      return begin_duel(player);
    case 2:
    case 3:
    case 4:
      return move_caravans(player);
    case 5:
      return campaigns(player);
    case 6:
      return grow(player);
    case 7:
      return game.world.advance(std::chrono::milliseconds(pick(1, 30'000)));
    default:
      return play_battles(pick(1, 6));
  }
}

void Story::steps(int count) {
  for (int n = 0; n < count; ++n) step();
}

}  // namespace game_test
