#include <algorithm>

#include "rules/engine.hpp"
#include "testing/game.hpp"

namespace game_test {

void Game::check_invariants() {
  check_money();
  check_characters();
  check_goods();
  check_battles();
  check_journeys();
}

// 1 and 2: the balances sum to zero, no player's balance is below zero, and the mint has paid only
// battle rewards.
void Game::check_money() {
  std::int64_t sum = 0;
  for (const auto& [account, balance] : world.balances()) {
    INFO(account << " has " << balance);
    sum += balance;
    const bool own = account.starts_with("player:") || account.starts_with("escrow:");
    if (own) CHECK(balance >= 0);
  }
  CHECK(sum == 0);

  for (const std::string& id : world.keys("battle")) {
    const battle::Battle now = battle(id);
    for (const battle::Reward& reward : now.rewards()) minted_by_battle_[id] = reward.gold();
  }
  std::int64_t rewards = 0;
  for (const auto& [id, gold] : minted_by_battle_) rewards += gold;
  CHECK(world.balance("mint") == -rewards);
}

// 5: the entity that a character's lock names also names the character.
void Game::check_characters() {
  for (const std::string& id : world.keys("character")) {
    const character::Character now = character(id);
    const std::string ref = now.status_ref();
    INFO(id << " is held by " << ref);
    CHECK(ref.empty() == (now.status() == character::Character::IDLE));
    if (now.status() == character::Character::TRAVELLING) {
      const trade::Caravan holder = caravan(ref.substr(8));
      CHECK(std::count(holder.guards().begin(), holder.guards().end(), id) == 1);
    }
    if (now.status() == character::Character::IN_BATTLE) {
      const battle::Battle fight = battle(ref.substr(7));
      CHECK(std::any_of(fight.units().begin(), fight.units().end(), [&](const auto& unit) {
        return unit.character_id() == id;
      }));
    }
  }
}

// 6: for each good, stock + cargo + losses = initial + produced. Sold goods are part of a town's
// stock.
void Game::check_goods() {
  const std::map<std::string, int> founded{
      {"cloth", 250}, {"grain", 560}, {"iron", 420}, {"spice", 270}};
  std::map<std::string, std::int64_t> there;
  std::map<std::string, std::int64_t> made;
  for (const char* town : {"harbor", "oasis", "citadel", "mines"}) {
    world.call({"town", town, "svc_show_market"}, trade::ShowMarket{});
    const auto now = world.state<trade::Town>("town", town);
    for (const trade::Good& good : now.goods()) {
      there[good.good()] += good.stock();
      made[good.good()] += good.produced();
      CHECK(good.stock() >= 0);
    }
  }
  for (const std::string& id : world.keys("caravan")) {
    const trade::Caravan now = caravan(id);
    for (const trade::Cargo& cargo : now.cargo()) there[cargo.good()] += cargo.quantity();
    for (const trade::Cargo& lost : now.losses()) there[lost.good()] += lost.quantity();
  }
  for (const auto& [good, initial] : founded) {
    INFO(good);
    CHECK(there[good] == initial + made[good]);
  }
}

// 4 and 8: health and cooldowns are within their bounds. The replay of every battle gives its
// log_hash, and has only allowed actions.
void Game::check_battles() {
  for (const std::string& id : world.keys("battle")) {
    const battle::Battle now = battle(id);
    INFO("battle " << id);
    for (const battle::Unit& unit : now.units()) {
      CHECK((unit.hp() >= 0 && unit.hp() <= unit.hp_max()));
    }
    const battle::rules::Field field = battle::load(now);
    for (const battle::rules::Cooldown& cooldown : field.cooldowns) {
      CHECK(battle::rules::turns_left(field, cooldown.unit, cooldown.tactic) >= 0);
    }
    if (now.actions().empty() || now.turn() == 0) continue;
    const battle::Replay again = battle::replay(now);
    CHECK(again.foul == "");
    CHECK(again.field.log_hash == now.log_hash());
    CHECK(again.field.turn == now.turn());
  }
}

// 7: caravans never go back. Before a cleared node of a campaign all nodes are cleared.
void Game::check_journeys() {
  for (const std::string& id : world.keys("caravan")) {
    const int index = caravan(id).seg_index();
    CHECK(index >= seg_index_seen_[id]);
    seg_index_seen_[id] = index;
  }
  for (const std::string& id : world.keys("campaign")) {
    const auto progress = world.state<campaign::Progress>("campaign", id);
    for (const campaign::Campaign& each : progress.campaigns()) {
      bool all_before = true;
      for (const campaign::Node& node : each.nodes()) {
        const bool cleared = node.state() == campaign::Node::CLEARED;
        CHECK((!cleared || all_before));
        all_before = all_before && cleared;
      }
    }
  }
}

}  // namespace game_test
