#include "common/settlement.hpp"

#include <algorithm>

#include "calls.hpp"
#include "common/codec.hpp"
#include "common/events.hpp"
#include "common/settings.hpp"
#include "common/timers.hpp"
#include "common/turns.hpp"
#include "locks.hpp"

namespace battle {
namespace {

using std::chrono::milliseconds;

constexpr int kXpPerEnemyLevel = 20;
constexpr std::int64_t kGoldPerEnemyLevel = 10;
constexpr milliseconds kRetryMin{200};
constexpr milliseconds kRetryMax{60'000};

using Rewards = google::protobuf::RepeatedPtrField<Reward>;

// Asks the winner's roster to pay the reward, and adds it to `rewards`. The daily cap may lower it.
serai::Task<serai::Reply> pay(const Battle& battle, serai::Match& match, Rewards& rewards) {
  if (battle.winner() == rules::kNobody) co_return serai::accept();
  const std::string& user = battle.sides(battle.winner()).user_id();
  if (user.empty()) co_return serai::accept();
  const int enemy_level = rules::levels(load(battle), 1 - battle.winner());
  game::Reward order;
  order.set_battle_id(battle.battle_id());
  order.set_gold(kGoldPerEnemyLevel * enemy_level);
  const auto paid = co_await match.call(game::kReward, user, order);
  if (!paid) co_return paid.refusal();
  Reward* reward = rewards.Add();
  reward->set_user_id(user);
  reward->set_gold(paid->gold());
  reward->set_xp(kXpPerEnemyLevel * enemy_level);
  co_return serai::accept();
}

std::vector<std::string> characters_of(const Battle& battle, int side) {
  std::vector<std::string> ids;
  for (const Unit& unit : battle.units()) {
    if (unit.side() == side && !unit.character_id().empty()) ids.push_back(unit.character_id());
  }
  return ids;
}

serai::Task<serai::Reply> teach(const Battle& battle, serai::Match& match, int xp) {
  game::Grant grant;
  grant.set_grant_id("battle:" + battle.battle_id());
  grant.set_xp(xp);
  for (const std::string& id : characters_of(battle, battle.winner())) {
    const auto done = co_await match.call(game::kGrant, id, grant);
    if (!done && done.status() != serai::Status::not_found) co_return done.refusal();
  }
  co_return serai::accept();
}

serai::Task<serai::Reply> set_free(const Battle& battle, serai::Match& match) {
  game::Takers all{"", "battle:" + battle.battle_id(), characters_of(battle, 0)};
  const auto others = characters_of(battle, 1);
  all.characters.insert(all.characters.end(), others.begin(), others.end());
  co_return co_await game::unlock_all(match, all);
}

serai::Task<serai::Reply> hand_out(const Battle& battle, serai::Match& match, Rewards& rewards) {
  const serai::Reply paid = co_await pay(battle, match, rewards);
  if (!paid) co_return paid;
  if (!rewards.empty()) {
    const serai::Reply taught = co_await teach(battle, match, rewards[0].xp());
    if (!taught) co_return taught;
  }
  co_return co_await set_free(battle, match);
}

void notify_origin(const Battle& battle, serai::Match& match) {
  if (battle.origin().kind().empty()) return;
  game::BattleSettled settled;
  settled.set_battle_id(battle.battle_id());
  settled.set_detail(battle.origin().detail());
  settled.set_won(battle.winner() == 0);
  settled.set_turns(battle.turn());
  settled.set_fallen(rules::fallen(load(battle), 0));
  const game::Origin& origin = battle.origin();
  match.send(game::kBattleSettled.of(origin.kind()), origin.key(), settled);
}

}  // namespace

serai::Task<serai::Reply> settle(Battle& battle, serai::Match& match, Settle) {
  if (battle.state() != Battle::ENDED) co_return serai::accept();
  Rewards rewards;
  const serai::Reply done = co_await hand_out(battle, match, rewards);
  if (!done) {
    const int attempts = battle.settle_attempts() + 1;
    battle.set_settle_attempts(attempts);
    const milliseconds delay = kRetryMin * (1 << std::min(attempts, 10));
    match.timer(kSettleTimer, std::min(delay, kRetryMax), kSettle, Settle{});
    co_return serai::accept();
  }
  *battle.mutable_rewards() = rewards;
  enter(battle, match, Battle::SETTLED);
  notify_origin(battle, match);
  const milliseconds delay(match.config(kForgetMs));
  match.timer(kForgetTimer, delay, kForget, Forget{});
  BattleSettledEvent event;
  *event.mutable_rewards() = rewards;
  match.broadcast(kSettledEvent, event);
  co_return serai::accept();
}

void forget(Battle& battle, serai::Match& match, const Forget&) {
  if (battle.state() == Battle::SETTLED) match.close();
}

}  // namespace battle
