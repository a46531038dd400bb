#include "invariants.hpp"

#include <algorithm>

#include "common/codec.hpp"
#include "rules/engine.hpp"
#include "rules/world.hpp"
#include "violation.hpp"

namespace serai::sim {
namespace {

constexpr std::int64_t kPurse = 1000;

template <class Goods>
void count_goods(const Goods& goods, std::map<std::string, std::int64_t>& out) {
  for (const trade::Cargo& each : goods) {
    require(each.quantity() >= 0, "no cargo is negative");
    out[each.good()] += each.quantity();
  }
}

std::string name_of(const character::Character& character) {
  return character.title().empty() ? character.name() : character.name() + ", " + character.title();
}

}  // namespace

void Invariants::check() {
  const Result<> audited = host_.store().audit();
  require(audited.ok(), "1: the ledger is balanced: " + (audited ? "" : audited.error().detail));
  const Records records = read_records(host_.store());
  require(records.outbox == 0,
          std::to_string(records.outbox) +
              " messages have not arrived, although the world is at rest and was restarted");
  check_ledger(records);
  check_purses(records);
  check_characters(records);
  check_rosters(records);
  check_battles(records);
  check_goods(records);
  check_caravans(records);
  check_campaigns(records);
}

// 2: the minted gold is the gold that battles paid. The rewards are taken from battles and from
// rosters.
void Invariants::check_ledger(const Records& records) {
  for (const auto& [id, stored] : records.battles) {
    for (const battle::Reward& reward : stored.state.rewards()) {
      if (reward.gold() > 0) minted_[id + " " + reward.user_id()] = reward.gold();
    }
  }
  for (const auto& [user, stored] : records.rosters) {
    for (const character::PaidReward& paid : stored.state.rewards()) {
      if (paid.gold() == 0) continue;
      const auto [at, fresh] = minted_.emplace(paid.battle_id() + " " + user, paid.gold());
      require(at->second == paid.gold(),
              "2: roster and battle have the same reward for battle " + at->first);
    }
  }
  std::int64_t sum = 0;
  for (const auto& [battle, gold] : minted_) sum += gold;
  const std::int64_t minted = -balance(host_.store(), "mint");
  require(minted == sum,
          "2: the minted gold " + std::to_string(minted) + " is the sum of rewards " +
              std::to_string(sum));
}

// The players' balances match the answers that they got, so nobody was paid or charged twice.
void Invariants::check_purses(const Records& records) {
  std::int64_t purses = 0;
  std::int64_t treasury = 0;
  std::int64_t expected = 0;
  std::int64_t deposits = 0;
  std::int64_t traded = 0;
  for (const auto& client : clients_) {
    const Model::Money& money = model_.money[static_cast<std::size_t>(client->number())];
    purses += balance(host_.store(), "player:" + client->user_id());
    treasury += (money.purse ? kPurse : 0) + money.claimed;
    expected +=
        (money.purse ? kPurse : 0) + money.claimed + money.sold - money.bought - money.ransoms;
    traded += money.bought - money.sold;
    deposits += money.tolls;
  }
  std::int64_t towns = 0;
  for (const auto& town : trade::world::towns()) {
    towns += balance(host_.store(), "town:" + std::string(town.code));
  }
  std::int64_t escrow = 0;
  for (const auto& [id, stored] : records.caravans) {
    escrow += balance(host_.store(), "escrow:" + id);
  }
  expected -= balance(host_.store(), "mint");
  require(-balance(host_.store(), "town:treasury") == treasury,
          "the treasury has paid purses and campaign rewards once: " + std::to_string(treasury));
  const std::int64_t tolls = towns - traded;
  require(tolls >= 0 && tolls + escrow <= deposits,
          "towns have the gold of trades and tolls, tolls being " + std::to_string(tolls) + " of " +
              std::to_string(deposits));
  require(purses == expected - tolls - escrow,
          "the players have " + std::to_string(purses) + " gold, by their answers " +
              std::to_string(expected - tolls - escrow));
}

// 5: the entity that a character's lock names also names the character. No acknowledged change of a
// character is lost.
void Invariants::check_characters(const Records& records) {
  for (const auto& [id, facts] : model_.characters) {
    const auto found = records.characters.find(id);
    require(found != records.characters.end(), "character " + id + " was created and exists");
    const character::Character& now = found->second.state;
    require(now.version() >= facts.version,
            "character " + id + " is at version " + std::to_string(now.version()) +
                ", an answer had " + std::to_string(facts.version));
    require(name_of(now) == facts.name || facts.name.empty(),
            "character " + id + " is called " + name_of(now) + ", an answer had " + facts.name);
  }
  for (const auto& [id, stored] : records.characters) {
    const character::Character& now = stored.state;
    const std::string& ref = now.status_ref();
    const std::string text = "5: character " + id + " with the lock '" + ref + "'";
    require(ref.empty() == (now.status() == character::Character::IDLE),
            text + ": its status fits");
    if (now.status() == character::Character::TRAVELLING) {
      const auto holder = records.caravans.find(ref.substr(8));
      require(holder != records.caravans.end(), text + ": the caravan exists");
      const auto& guards = holder->second.state.guards();
      require(std::count(guards.begin(), guards.end(), id) == 1, text + ": the caravan names it");
      const auto state = holder->second.state.state();
      require(state == trade::Caravan::EN_ROUTE || state == trade::Caravan::AMBUSHED ||
                  state == trade::Caravan::PLUNDERED,
              text + ": the caravan travels");
    }
    if (now.status() == character::Character::IN_BATTLE) {
      const auto fight = records.battles.find(ref.substr(7));
      require(fight != records.battles.end(), text + ": the battle exists");
      const auto& units = fight->second.state.units();
      require(
          std::any_of(units.begin(),
                      units.end(),
                      [&id = id](const battle::Unit& unit) { return unit.character_id() == id; }),
          text + ": the battle names it");
      require(fight->second.state.state() != battle::Battle::SETTLED,
              text + ": the battle goes on");
    }
  }
}

// The rosters list all characters that players got in answers, and there are no others.
void Invariants::check_rosters(const Records& records) {
  std::size_t named = 0;
  for (const auto& [user, stored] : records.rosters) {
    named += static_cast<std::size_t>(stored.state.characters_size());
    for (const character::RosterEntry& entry : stored.state.characters()) {
      const auto found = records.characters.find(entry.character_id());
      require(found != records.characters.end(), "a roster names characters that exist");
      require(found->second.state.player_id() == user, "a roster names its player's characters");
      require(entry.name() == name_of(found->second.state),
              "roster and character have the same name of " + entry.character_id() + ": " +
                  entry.name() + ", " + name_of(found->second.state));
    }
  }
  require(named == model_.characters.size(),
          std::to_string(named) + " characters exist, answers named " +
              std::to_string(model_.characters.size()));
}

// 4 and 8: health and cooldowns are within their bounds. The replay of every battle gives its
// log_hash, and has only allowed actions.
void Invariants::check_battles(const Records& records) {
  for (const auto& [id, stored] : records.battles) {
    const battle::Battle& now = stored.state;
    for (const battle::Unit& unit : now.units()) {
      require(unit.hp() >= 0 && unit.hp() <= unit.hp_max(), "8: health in bounds in battle " + id);
    }
    const battle::rules::Field field = battle::load(now);
    for (const battle::Cooldown& each : now.cooldowns()) {
      const int left = stored.schema == 1
                           ? each.old_turns_left()
                           : battle::rules::turns_left(field, each.unit(), each.tactic());
      require(left >= 0, "8: no cooldown is negative in battle " + id);
    }
    if (now.turn() == 0) continue;
    const battle::Replay again = battle::replay(now);
    require(again.foul.empty(), "8: battle " + id + " had only allowed actions: " + again.foul);
    require(again.field.log_hash == now.log_hash(), "4: battle " + id + " replays to its hash");
    require(again.field.turn == now.turn(), "4: battle " + id + " replays to its turn");
  }
}

// 6: for each good, stock + cargo + losses = initial + produced.
void Invariants::check_goods(const Records& records) {
  std::map<std::string, std::int64_t> there;
  std::map<std::string, std::int64_t> made;
  for (const auto& [code, stored] : records.towns) {
    const trade::world::Town* plan = trade::world::find_town(code);
    if (plan == nullptr || stored.state.goods().empty()) continue;
    for (const auto& stock : plan->goods) made[std::string(stock.good)] += stock.stock;
    for (const trade::Good& good : stored.state.goods()) {
      require(good.stock() >= 0, "6: no stock is negative");
      there[good.good()] += good.stock();
      made[good.good()] += good.produced();
    }
  }
  for (const auto& [id, stored] : records.caravans) {
    count_goods(stored.state.cargo(), there);
    count_goods(stored.state.losses(), there);
  }
  require(there == made, [&] {
    std::string text = "6: goods are conserved:";
    for (const auto& [good, count] : made) {
      text += " " + good + " " + std::to_string(there[good]) + " of " + std::to_string(count);
    }
    return text;
  }());
}

// 7: caravans never go back. The cargo of a caravan matches the answer that its owner got in the
// same state.
void Invariants::check_caravans(const Records& records) {
  require(records.caravans.size() == model_.caravans.size(),
          std::to_string(records.caravans.size()) + " caravans exist, answers named " +
              std::to_string(model_.caravans.size()));
  for (const auto& [id, stored] : records.caravans) {
    const trade::Caravan& now = stored.state;
    int& seen = seg_index_[id];
    require(now.seg_index() >= seen, "7: caravan " + id + " never goes back");
    seen = now.seg_index();
    const auto facts = model_.caravans.find(id);
    require(facts != model_.caravans.end(), "caravan " + id + " was in an answer");
    const Json& view = facts->second.view;
    require(now.seg_index() >= view.value("seg_index", 0), "7: caravan " + id + " is where it was");
    if (view.value("state", 0) != static_cast<int>(now.state())) continue;
    std::map<std::string, std::int64_t> cargo;
    std::map<std::string, std::int64_t> answered;
    count_goods(now.cargo(), cargo);
    for (const Json& each : view.value("cargo", Json::array())) {
      answered[each.at("good").get<std::string>()] += each.at("quantity").get<int>();
    }
    require(cargo == answered || now.state() == trade::Caravan::PLUNDERED,
            "caravan " + id + " has the cargo of the answer: " + view.dump());
  }
}

void Invariants::check_campaigns(const Records& records) {
  std::size_t there = 0;
  for (const auto& [user, stored] : records.campaigns) {
    for (const campaign::Campaign& each : stored.state.campaigns()) {
      ++there;
      const auto answered = model_.cleared.find(each.campaign_id());
      bool all_before = true;
      for (const campaign::Node& node : each.nodes()) {
        const bool cleared = node.state() == campaign::Node::CLEARED;
        require(!cleared || all_before, "7: cleared nodes follow each other in " + user);
        all_before = all_before && cleared;
        const bool was_cleared =
            answered != model_.cleared.end() && answered->second.contains(node.code());
        require(cleared || !was_cleared, "7: a cleared node stays cleared in " + user);
      }
    }
  }
  require(there == model_.campaigns.size(),
          std::to_string(there) + " campaigns exist, answers named " +
              std::to_string(model_.campaigns.size()));
}

}  // namespace serai::sim
