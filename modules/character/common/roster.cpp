#include <algorithm>

#include "accounts.hpp"
#include "common/handlers.hpp"
#include "common/roster_calls.hpp"
#include "common/settings.hpp"
#include "purse.hpp"

namespace character {
namespace {

constexpr int kRememberedRewards = 64;
constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kHourMs = 3'600'000;

const PaidReward* find_reward(const Roster& roster, const std::string& battle_id) {
  const auto& rewards = roster.rewards();
  const auto found = std::find_if(rewards.begin(), rewards.end(), [&](const PaidReward& paid) {
    return paid.battle_id() == battle_id;
  });
  return found == rewards.end() ? nullptr : &*found;
}

void remember_reward(Roster& roster, const std::string& battle_id, std::int64_t gold) {
  PaidReward* paid = roster.add_rewards();
  paid->set_battle_id(battle_id);
  paid->set_gold(gold);
  const int surplus = roster.rewards_size() - kRememberedRewards;
  if (surplus > 0) roster.mutable_rewards()->DeleteSubrange(0, surplus);
  roster.set_reward_paid(roster.reward_paid() + gold);
}

serai::Reply check_new(const Roster& roster, const CreateCharacter& request) {
  if (const char* code = check_name(request.name())) return serai::refuse(code);
  if (!rules::is_class(request.class_())) return serai::refuse("unknown_class");
  const bool full = roster.characters_size() >= rules::kRosterMax;
  return full ? serai::refuse("roster_full") : serai::accept();
}

}  // namespace

// The first character brings a purse of gold. It comes from the treasury, because the mint pays
// battle rewards only.
serai::Task<serai::Answer<View>> create_character(Roster& roster,
                                                  serai::Entity& entity,
                                                  CreateCharacter request) {
  const std::string player = entity.key();
  if (const serai::Reply bad = check_new(roster, request); !bad) co_return bad;
  std::int64_t received = 0;
  if (!roster.purse_paid()) {
    received = rules::kStartingPurse;
    serai::Transfer purse("purse:" + player, "starting_purse");
    purse.move(game::treasury(), "player:" + player, received);
    const serai::Reply paid = co_await entity.transfer(purse);
    if (!paid) co_return paid;
  }
  const auto gold = co_await game::gold_of(entity, player, received);
  if (!gold) co_return gold.refusal();

  Found found;
  found.set_player_id(player);
  found.set_name(request.name());
  found.set_class_(request.class_());
  const std::string id = entity.fresh_key();
  auto made = co_await entity.call(kFound, id, found);
  if (!made) co_return made.refusal();

  roster.set_player_id(player);
  roster.set_purse_paid(true);
  RosterEntry* entry = roster.add_characters();
  entry->set_character_id(id);
  entry->set_name(request.name());
  entry->set_class_(request.class_());
  made->set_gold(*gold);
  co_return *made;
}

serai::Answer<CharacterList> list_characters(Roster& roster,
                                             serai::Entity&,
                                             const ListCharacters&) {
  CharacterList list;
  *list.mutable_characters() = roster.characters();
  for (RosterEntry& entry : *list.mutable_characters()) entry.clear_version();
  return list;
}

serai::Task<serai::Answer<game::Rewarded>> reward(Roster& roster,
                                                  serai::Entity& entity,
                                                  game::Reward request) {
  game::Rewarded answer;
  if (const PaidReward* paid = find_reward(roster, request.battle_id())) {
    answer.set_gold(paid->gold());
    co_return answer;
  }
  const std::int64_t today = entity.now_ms() / kDayMs;
  const std::int64_t paid_today = roster.reward_day() == today ? roster.reward_paid() : 0;
  answer.set_gold(rules::within_cap(paid_today, request.gold()));
  if (answer.gold() > 0) {
    const std::string player = "player:" + entity.key();
    serai::Transfer prize("battle:" + request.battle_id() + ":" + entity.key(), "battle_reward");
    prize.move("mint", player, answer.gold());
    const serai::Reply paid = co_await entity.transfer(prize);
    if (!paid) co_return paid;
  }
  roster.set_reward_day(today);
  roster.set_reward_paid(paid_today);
  remember_reward(roster, request.battle_id(), answer.gold());
  co_return answer;
}

serai::Answer<game::Done> owns(const Roster& roster, const game::Owns& request) {
  for (const std::string& id : request.character_ids()) {
    const auto& own = roster.characters();
    const bool found = std::any_of(own.begin(), own.end(), [&](const RosterEntry& entry) {
      return entry.character_id() == id;
    });
    if (!found) return serai::refuse("unknown_character");
  }
  return game::Done{};
}

serai::Answer<game::Done> muster(Roster& roster, serai::Entity& entity, const game::Muster&) {
  auto& starts = *roster.mutable_battles_ms();
  const auto first = std::find_if(starts.begin(), starts.end(), [&](std::int64_t start) {
    return start > entity.now_ms() - kHourMs;
  });
  starts.erase(starts.begin(), first);
  if (starts.size() >= entity.config(kBattlesPerHour)) return serai::refuse("too_many_battles");
  starts.Add(entity.now_ms());
  return game::Done{};
}

serai::Answer<game::Done> renamed(Roster& roster, serai::Entity&, const Renamed& request) {
  for (RosterEntry& entry : *roster.mutable_characters()) {
    if (entry.character_id() != request.character_id()) continue;
    if (entry.version() > request.version()) break;  // an old message that came late
    entry.set_name(request.name());
    entry.set_version(request.version());
  }
  return game::Done{};
}

}  // namespace character
