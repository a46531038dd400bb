#include "model.hpp"

#include <algorithm>

#include "rules/world.hpp"
#include "violation.hpp"

namespace serai::sim {
namespace {

// Whether it is uncertain after this answer that the deed was done. Then the request is sent again.
bool is_doubtful(const Reply& reply) {
  const int code = reply.code;
  constexpr int kDeadline = 4;
  constexpr int kInternal = 13;
  constexpr int kUnavailable = 14;
  constexpr int kCancelled = 1;
  constexpr int kExhausted = 8;
  // On sockets all errors have one number. There a module's refusal is distinguished by its text,
  // which begins with a code of one word.
  constexpr int kAnyError = 7;
  const bool word = reply.text.substr(0, reply.text.find(':')).find(' ') == std::string::npos &&
                    !reply.text.starts_with("database") && !reply.text.starts_with("store");
  if (code == kAnyError) return !word && !reply.text.starts_with("RPC function");
  return code == kDeadline || code == kInternal || code == kUnavailable || code == kCancelled ||
         code == kExhausted;
}

std::int64_t number(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end()) return 0;
  return found->is_string() ? std::stoll(found->get<std::string>()) : found->get<std::int64_t>();
}

// The ransom for a caravan: twelve percent of the value of its cargo.
std::int64_t ransom(const Json& caravan) {
  std::int64_t value = 0;
  for (const Json& each : caravan.value("cargo", Json::array())) {
    value += each.at("quantity").get<int>() *
             trade::world::base_price(each.at("good").get<std::string>());
  }
  return value * 12 / 100;
}

}  // namespace

Deed& Model::begin(Deed deed) {
  deeds.push_back(std::make_unique<Deed>(std::move(deed)));
  return *deeds.back();
}

void Model::collect() {
  for (const auto& deed : deeds) {
    // The answers are taken in the order in which they arrived, because a request that is sent
    // twice may first be refused and then done.
    std::vector<Ask> arrived;
    std::erase_if(deed->asked, [&arrived](const Ask& ask) {
      if (ask->arrived != 0) arrived.push_back(ask);
      return ask->arrived != 0;
    });
    std::ranges::sort(arrived, {}, [](const Ask& ask) { return ask->arrived; });
    for (const Ask& ask : arrived) take(*deed, *ask);
  }
}

void Model::give_up_waiting() {
  collect();
  for (const auto& deed : deeds) {
    if (!deed->asked.empty() && deed->outcome != Outcome::done) deed->outcome = Outcome::in_doubt;
    deed->asked.clear();
  }
}

void Model::take(Deed& deed, const Reply& reply) {
  ++answered;
  const std::string request = deed.rpc + " " + deed.payload;
  if (!reply.ok()) {
    ++refusals[reply.text.substr(0, 40)];
    ++refused;
    if (is_doubtful(reply)) {
      if (deed.outcome != Outcome::done) deed.outcome = Outcome::in_doubt;
      return;
    }
    require(deed.outcome != Outcome::done,
            "a deed that was done is not refused later: " + request + ": " + reply.text);
    deed.outcome = Outcome::refused;
    return;
  }
  if (deed.outcome == Outcome::done) {
    require(deed.answer == reply.text,
            "one key has one answer: " + request + "\n  first " + deed.answer + "\n  then  " +
                reply.text);
    return;
  }
  deed.outcome = Outcome::done;
  deed.answer = reply.text;
  apply(deed, Json::parse(reply.text));
}

void Model::apply(const Deed& deed, const Json& answer) {
  Money& purse = money[static_cast<std::size_t>(deed.player)];
  const Json asked = Json::parse(deed.payload);
  if (answer.contains("character_id")) {
    purse.purse = true;
    saw_character(deed.player, answer);
    if (asked.contains("name")) named(answer, asked.at("name"));
  } else if (deed.rpc == "rpc_execute_trade") {
    const bool sells = asked.at("side") == "SELL";
    (sells ? purse.sold : purse.bought) += number(answer, "total");
    saw_caravan(deed.player, answer.at("caravan"));
  } else if (answer.contains("caravan_id")) {
    travelled(deed, asked, answer);
  } else if (deed.rpc == "rpc_claim_campaign_reward") {
    purse.claimed += number(answer, "gold");
    saw_campaign(deed.player, answer.at("campaign"));
  } else if (answer.contains("battle_id") && deed.rpc != "rpc_start_campaign") {
    battles.emplace(answer.at("battle_id").get<std::string>(), deed.player);
    if (answer.contains("campaign")) saw_campaign(deed.player, answer.at("campaign"));
  } else if (answer.contains("campaign_id")) {
    saw_campaign(deed.player, answer);
  }
}

void Model::named(const Json& answer, const Json& name) {
  CharacterFacts& facts = characters.at(answer.at("character_id").get<std::string>());
  // When two renames are in doubt, the later one may be answered first.
  const std::int64_t version = number(answer, "version");
  if (version >= facts.named_at) facts.name = name;
  facts.named_at = std::max(facts.named_at, version);
}

void Model::travelled(const Deed& deed, const Json& asked, const Json& answer) {
  Money& purse = money[static_cast<std::size_t>(deed.player)];
  if (deed.rpc == "rpc_depart_caravan") purse.tolls += deed.price;
  if (asked.value("way", "") == "PAY") purse.ransoms += ransom(answer);
  saw_caravan(deed.player, answer);
}

void Model::saw_character(int player, const Json& view) {
  CharacterFacts& facts = characters[view.at("character_id").get<std::string>()];
  facts.player = player;
  facts.version = std::max(facts.version, number(view, "version"));
}

void Model::saw_caravan(int player, const Json& view) {
  CaravanFacts& facts = caravans[view.at("caravan_id").get<std::string>()];
  facts.player = player;
  facts.view = view;
  if (view.contains("battle_id")) battles.emplace(view.at("battle_id").get<std::string>(), player);
}

void Model::saw_campaign(int player, const Json& view) {
  const std::string id = view.at("campaign_id").get<std::string>();
  constexpr int kCleared = 3;
  campaigns.emplace(id, player);
  for (const Json& node : view.at("nodes")) {
    if (node.value("state", 0) == kCleared) cleared[id].insert(node.at("code").get<std::string>());
  }
}

}  // namespace serai::sim
