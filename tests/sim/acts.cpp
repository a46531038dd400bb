#include "acts.hpp"

#include <algorithm>

#include "battle_moves.hpp"
#include "rules/world.hpp"
#include "violation.hpp"

namespace serai::sim {
namespace {

const std::vector<std::string> kClasses{"guard", "scout", "mage", "scout", "juggler"};
const std::vector<std::string> kGoods{"cloth", "grain", "iron", "spice", "grain", "dreams"};
const std::vector<std::string> kTowns{"harbor", "oasis", "citadel", "mines"};
const std::vector<std::string> kTactics{
    "strike", "volley", "heal", "taunt", "sweep", "bleed", "juggle"};
const std::vector<std::string> kTalents{"tough", "fierce", "steady", "swift", "lucky"};
const std::vector<std::string> kCampaigns{"desert_road", "desert_road", "iron_hills", "the_moon"};

std::int64_t tolls(const std::vector<std::string>& path) {
  std::int64_t sum = 0;
  for (const std::string& code : path) {
    if (const auto* segment = trade::world::find_segment(code)) sum += segment->toll;
  }
  return sum;
}

}  // namespace

Deed& Acts::begin(int player, const std::string& rpc, Json request, std::int64_t price) {
  request["idem_key"] = "key-" + std::to_string(next_key_++);
  Deed deed;
  deed.player = player;
  deed.rpc = rpc;
  deed.payload = request.dump();
  deed.price = price;
  Deed& begun = model_.begin(std::move(deed));
  ask(begun);
  if (chance_.percent(6)) ask(begun);  // a client that repeats its request too early
  return begun;
}

void Acts::ask(Deed& deed) {
  host_.log.add("player " + std::to_string(deed.player) + " asks " + deed.rpc + " " + deed.payload);
  Client& sender = client(deed.player);
  const bool by_rest = chance_.percent(25);
  deed.asked.push_back(by_rest ? sender.rest_rpc(deed.rpc, deed.payload)
                               : sender.rpc(deed.rpc, deed.payload));
}

std::optional<Json> Acts::query(int player, const std::string& rpc, const Json& request) {
  const Ask ask = client(player).rest_rpc(rpc, request.dump());
  host_.run_due();
  if (!ask->ok()) return std::nullopt;
  return Json::parse(ask->text);
}

std::string Acts::hero_of(int player) {
  const auto some = heroes_of(player, 1);
  return some.empty() ? "00000000-0000-4000-8000-000000000000" : some.front();
}

// A random choice of the player's characters. Now and then it includes characters of other players.
std::vector<std::string> Acts::heroes_of(int player, int most) {
  std::vector<std::string> mine;
  const bool thief = chance_.percent(3);
  for (const auto& [id, facts] : model_.characters) {
    if (thief || facts.player == player) mine.push_back(id);
  }
  std::vector<std::string> chosen;
  while (!mine.empty() && most-- > 0) {
    const auto at = mine.begin() + chance_.pick(0, static_cast<int>(mine.size()) - 1);
    chosen.push_back(*at);
    mine.erase(at);
  }
  return chosen;
}

std::string Acts::caravan_of(int player) {
  std::vector<std::string> mine;
  for (const auto& [id, facts] : model_.caravans) {
    constexpr int kClosed = 5;
    if (facts.player == player && facts.view.value("state", 0) != kClosed) mine.push_back(id);
  }
  if (mine.empty()) return "";
  return chance_.percent(60) ? mine.back() : chance_.of(mine);
}

void Acts::create_character(int player) {
  const std::string title = chance_.percent(25) ? ", the Bold" : "";
  const std::string name = "Hero " + std::to_string(next_key_) + title;
  begin(player, "rpc_create_character", {{"name", name}, {"class", chance_.of(kClasses)}});
}

void Acts::grow(int player) {
  begin(player,
        "rpc_allocate_points",
        {{"character_id", hero_of(player)},
         {"vit", chance_.pick(-1, 2)},
         {"atk", chance_.pick(0, 2)},
         {"spd", chance_.pick(0, 1)}});
}

void Acts::equip(int player) {
  begin(player,
        "rpc_equip_tactic",
        {{"character_id", hero_of(player)}, {"tactic", chance_.of(kTactics)}});
}

void Acts::rename(int player) {
  const std::string title = chance_.percent(30) ? ", the Old" : "";
  begin(player,
        "rpc_rename_character",
        {{"character_id", hero_of(player)}, {"name", "Name " + std::to_string(next_key_) + title}});
}

void Acts::talent(int player) {
  begin(player,
        "rpc_choose_talent",
        {{"character_id", hero_of(player)}, {"talent", chance_.of(kTalents)}});
}

void Acts::market(int player) {
  if (chance_.percent(50)) {
    query(player, "rpc_list_markets", Json::object());
    return;
  }
  query(player,
        "rpc_quote_trade",
        {{"town", chance_.of(kTowns)},
         {"good", chance_.of(kGoods)},
         {"quantity", chance_.pick(0, 9)},
         {"side", chance_.percent(50) ? "BUY" : "SELL"}});
}

void Acts::new_caravan(int player) {
  begin(player,
        "rpc_create_caravan",
        {{"town", chance_.of(kTowns)}, {"guards", heroes_of(player, chance_.pick(1, 2))}});
}

void Acts::trade(int player) {
  const std::string id = caravan_of(player);
  if (id.empty()) return new_caravan(player);
  Json request{{"caravan_id", id},
               {"good", chance_.of(kGoods)},
               {"quantity", chance_.pick(1, 6)},
               {"side", chance_.percent(60) ? "BUY" : "SELL"}};
  const Json& cargo = model_.caravans.at(id).view.value("cargo", Json::array());
  if (request["side"] == "SELL" && !cargo.empty()) {
    request["good"] = cargo[0].at("good");
    if (chance_.percent(60)) request["quantity"] = cargo[0].value("quantity", 1);
  }
  if (chance_.percent(3)) request["side"] = chance_.pick(2, 5);  // no such side
  if (chance_.percent(15)) request["limit"] = chance_.pick(1, 500);
  begin(player, "rpc_execute_trade", std::move(request));
}

void Acts::depart(int player) {
  const std::string id = caravan_of(player);
  if (id.empty()) return new_caravan(player);
  std::string at = model_.caravans.at(id).view.value("town", "");
  std::vector<std::string> path;
  for (int n = chance_.pick(1, 3); n > 0; --n) {
    std::vector<const trade::world::Segment*> ways;
    for (const auto& segment : trade::world::segments()) {
      if (segment.from == at || chance_.percent(2)) ways.push_back(&segment);
    }
    if (ways.empty()) break;
    const auto* way = chance_.of(ways);
    path.emplace_back(way->code);
    at = way->to;
  }
  begin(player, "rpc_depart_caravan", {{"caravan_id", id}, {"path", path}}, tolls(path));
}

void Acts::resolve(int player) {
  const std::string id = caravan_of(player);
  if (id.empty()) return;
  const auto view = query(player, "rpc_get_caravan", {{"caravan_id", id}});
  if (!view) return;
  model_.saw_caravan(player, *view);
  const std::string way = chance_.of(std::vector<std::string>{"FIGHT", "PAY", "FLEE"});
  begin(player, "rpc_resolve_ambush", {{"caravan_id", id}, {"way", way}});
}

void Acts::start_battle(int player) {
  Json request{{"character_ids", heroes_of(player, chance_.pick(1, 3))}};
  if (chance_.percent(70)) {
    request["kind"] = "PVE";
    request["enemies"] = chance_.pick(1, 2);
    request["enemy_level"] = chance_.pick(0, 2);
  }
  begin(player, "rpc_start_battle", std::move(request));
}

void Acts::join_battle(int player) {
  std::vector<std::string> others;
  for (const auto& [id, owner] : model_.battles) {
    if (owner != player) others.push_back(id);
  }
  if (others.empty()) return start_battle(player);
  begin(player,
        "rpc_join_battle",
        {{"battle_id", chance_.of(others)}, {"character_ids", heroes_of(player, 2)}});
}

void Acts::fight(int player) {
  for (const auto& [id, owner] : model_.battles) {
    if (chance_.percent(40)) continue;
    for (int moves = chance_.pick(1, 8); moves > 0; --moves) {
      const auto view = query(player, "rpc_get_battle", {{"battle_id", id}});
      if (!view) break;
      one_move(player, id, *view);
      host_.run_due();
      model_.collect();
    }
  }
}

void Acts::one_move(int player, const std::string& battle, const Json& view) {
  constexpr int kPlacement = 1;
  constexpr int kTurn = 2;
  constexpr int kActOp = 1;
  constexpr int kReadyOp = 4;
  const std::string match = battle + ".battle";
  Client& fighter = client(player);
  const int state = view.value("state", 0);
  if (state == kPlacement) {
    fighter.join(match);
    return fighter.play(match, kReadyOp, Json::object());
  }
  if (state != kTurn || view.value("active_user", "") != fighter.user_id()) return;
  Json move = choose_move(view, chance_);
  if (fighter.connected() && chance_.percent(50)) {
    fighter.join(match);
    return fighter.play(match, kActOp, move);
  }
  move["battle_id"] = battle;
  begin(player, "rpc_battle_action", std::move(move));
}

void Acts::surrender(int player) {
  if (model_.battles.empty()) return;
  auto at = model_.battles.begin();
  std::advance(at, chance_.pick(0, static_cast<int>(model_.battles.size()) - 1));
  begin(player, "rpc_surrender_battle", {{"battle_id", at->first}});
}

void Acts::start_campaign(int player) {
  begin(player, "rpc_start_campaign", {{"def_code", chance_.of(kCampaigns)}});
}

void Acts::campaign_node(int player) {
  const auto list = query(player, "rpc_list_campaigns", Json::object());
  if (!list || !list->contains("campaigns")) return start_campaign(player);
  constexpr int kOpen = 1;
  for (const Json& campaign : list->at("campaigns")) {
    for (const Json& node : campaign.at("nodes")) {
      if (node.value("state", 0) != kOpen && !chance_.percent(5)) continue;
      begin(player,
            "rpc_start_campaign_node",
            {{"campaign_id", campaign.at("campaign_id")},
             {"node", node.at("code")},
             {"character_ids", heroes_of(player, 3)}});
    }
  }
}

void Acts::claim(int player) {
  for (const auto& [id, owner] : model_.campaigns) {
    if (owner != player) continue;
    begin(player, "rpc_claim_campaign_reward", {{"campaign_id", id}});
  }
}

void Acts::something(int player) {
  using Act = void (Acts::*)(int);
  static const std::vector<Act> kAll{&Acts::create_character,
                                     &Acts::grow,
                                     &Acts::equip,
                                     &Acts::rename,
                                     &Acts::talent,
                                     &Acts::market,
                                     &Acts::new_caravan,
                                     &Acts::trade,
                                     &Acts::trade,
                                     &Acts::trade,
                                     &Acts::depart,
                                     &Acts::depart,
                                     &Acts::resolve,
                                     &Acts::resolve,
                                     &Acts::start_battle,
                                     &Acts::join_battle,
                                     &Acts::fight,
                                     &Acts::fight,
                                     &Acts::fight,
                                     &Acts::fight,
                                     &Acts::surrender,
                                     &Acts::campaign_node,
                                     &Acts::campaign_node,
                                     &Acts::claim};
  (this->*chance_.of(kAll))(player);
}

// ---- Repetition and noise ----------------------------------------------------------------------

void Acts::ask_again_about_the_past() {
  if (model_.deeds.empty()) return;
  ask(*chance_.of(model_.deeds));
}

void Acts::other_body_under_an_old_key() {
  std::vector<const Deed*> done;
  for (const auto& deed : model_.deeds) {
    if (deed->outcome == Outcome::done && deed->rpc == "rpc_create_character") {
      done.push_back(deed.get());
    }
  }
  if (done.empty()) return;
  const Deed& old = *chance_.of(done);
  Json request = Json::parse(old.payload);
  request["name"] = "Another";
  const Ask ask = client(old.player).rest_rpc(old.rpc, request.dump());
  host_.run_due();
  if (!ask->arrived || ask->ok()) {
    require(!ask->ok(), "another body under an old key is refused: " + ask->text);
    return;
  }
  constexpr int kUnavailable = 14;
  require(ask->text.find("IDEM_MISMATCH") != std::string::npos || ask->code == kUnavailable,
          "another body under an old key is IDEM_MISMATCH: " + ask->text);
}

void Acts::babble(int player) {
  static const std::vector<std::string> kNoise{
      "",
      "{",
      "[]",
      "\xff\xfe",
      R"({"cid":"x"})",
      R"({"cid":"x","rpc":{"id":"rpc_no_such"}})",
      R"({"cid":"x","rpc":{"id":"rpc_start_battle","payload":"{\"character_ids\":7}"}})",
      R"({"cid":"x","rpc":{"id":"rpc_execute_trade","payload":"{\"caravan_id\":\"\"}"}})",
      R"({"match_data_send":{"match_id":"nonsense","op_code":"1","data":"AAAA"}})",
      R"({"cid":"x","match_join":{"match_id":"00000000-0000-4000-8000-000000000000.battle"}})"};
  if (chance_.percent(50)) {
    client(player).send_text(chance_.of(kNoise));
  } else {
    client(player).rest_rpc("rpc_rename_character", chance_.of(kNoise));
  }
}

}  // namespace serai::sim
