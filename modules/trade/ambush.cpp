#include "bandits.hpp"
#include "calls.hpp"
#include "caravan.hpp"
#include "locks.hpp"
#include "purse.hpp"
#include "rules/rules.hpp"
#include "settings.hpp"
#include "trade_calls.hpp"

namespace trade {
namespace {

void wait_for_decision(const Caravan& caravan, serai::Entity& entity, std::int64_t wait_ms) {
  AmbushOver over;
  over.set_ambushes(caravan.ambushes());
  entity.timer(kAmbushTimer, std::chrono::milliseconds(wait_ms), kAmbushOver, over);
}

// The gold that was paid back to the player; 0 unless the caravan has arrived.
using Returned = serai::Answer<std::int64_t>;

serai::Task<Returned> escape(Caravan& caravan, serai::Entity& entity) {
  entity.cancel_timer(kAmbushTimer);
  caravan.set_state(Caravan::EN_ROUTE);
  co_return co_await advance(caravan, entity);
}

serai::Task<serai::Reply> pay_ransom(const Caravan& caravan, serai::Entity& entity) {
  const std::int64_t price = rules::ransom(cargo_value(caravan));
  if (price == 0) co_return serai::accept();
  serai::Transfer ransom(
      "caravan:" + caravan.caravan_id() + ":ransom:" + std::to_string(caravan.ambushes()),
      "ransom");
  ransom.move("player:" + caravan.player_id(), "sink", price);
  const serai::Reply paid = co_await entity.transfer(ransom);
  if (paid.status() == serai::Status::failed_precondition) {
    co_return serai::refuse("not_enough_gold", std::to_string(price));
  }
  co_return paid;
}

game::CreateBattle battle_order(const Caravan& caravan, const game::Sheets& guards) {
  const world::Segment& segment = *world::find_segment(caravan.path(caravan.seg_index()));
  const rules::Band band = rules::bandits_on(segment, caravan.guards_size());
  game::CreateBattle order;
  order.set_kind(game::CreateBattle::AMBUSH);
  order.set_user_id(caravan.player_id());
  order.mutable_origin()->set_kind("caravan");
  order.mutable_origin()->set_key(caravan.caravan_id());
  for (const game::Sheet& guard : guards) *order.add_fighters() = guard;
  for (int n = 1; n <= band.count; ++n) *order.add_enemies() = game::bandit(band.level, n);
  return order;
}

// Locks the guards for a battle and creates it. When that is refused, the guards keep the caravan's
// lock.
serai::Task<Returned> fight(Caravan& caravan, serai::Entity& entity) {
  const std::string battle_id = entity.fresh_key();
  const game::Takers guards{
      caravan.player_id(), "battle:" + battle_id, game::to_list(caravan.guards())};
  const auto sheets = co_await game::lock_all(entity, guards);
  if (!sheets) co_return sheets.refusal();
  const game::CreateBattle order = battle_order(caravan, *sheets);
  const auto created = co_await entity.call(game::kCreateBattle, battle_id, order);
  if (!created) {
    co_await game::unlock_all(entity, guards);
    co_return created.refusal();
  }
  entity.cancel_timer(kAmbushTimer);
  caravan.set_battle_id(battle_id);
  co_return 0;
}

serai::Task<Returned> flee(Caravan& caravan, serai::Entity& entity) {
  const bool away =
      rules::flees(caravan.risk_seed(), caravan.seg_index(), caravan.slowest_guard_spd());
  if (away) co_return co_await escape(caravan, entity);
  const Returned fought = co_await fight(caravan, entity);
  if (fought) lose(caravan, rules::kFleeLossPercent);
  co_return fought;
}

}  // namespace

void ambush(Caravan& caravan, serai::Entity& entity) {
  caravan.set_state(Caravan::AMBUSHED);
  caravan.set_ambushes(caravan.ambushes() + 1);
  wait_for_decision(caravan, entity, entity.config(kAmbushWaitMs));
  const std::string content = R"({"caravan_id":")" + caravan.caravan_id() + R"("})";
  entity.notify(caravan.player_id(),
                {.subject = "caravan_ambushed", .content = content, .code = 1001});
}

serai::Task<serai::Answer<CaravanView>> resolve_ambush(Caravan& caravan,
                                                       serai::Entity& entity,
                                                       ResolveAmbush request) {
  if (const serai::Reply bad = check_owner(caravan, entity); !bad) co_return bad;
  if (caravan.state() != Caravan::AMBUSHED) co_return serai::refuse("not_ambushed");
  if (!caravan.battle_id().empty()) co_return serai::refuse("already_fighting");
  const bool pays = request.way() == ResolveAmbush::PAY;
  if (pays) {
    const serai::Reply paid = co_await pay_ransom(caravan, entity);
    if (!paid) co_return paid;
  }
  const auto gold = co_await game::gold_of(entity, caravan.player_id(), 0);
  if (!gold) co_return gold.refusal();
  Returned returned = serai::refuse("unknown_way");
  if (pays) returned = co_await escape(caravan, entity);
  if (request.way() == ResolveAmbush::FLEE) returned = co_await flee(caravan, entity);
  if (request.way() == ResolveAmbush::FIGHT) returned = co_await fight(caravan, entity);
  if (!returned) co_return returned.refusal();
  CaravanView view = view_of(caravan, entity);
  view.set_gold(*gold + *returned);
  co_return view;
}

serai::Task<serai::Reply> on_ambush_over(Caravan& caravan, serai::Entity& entity, AmbushOver over) {
  const bool waits = caravan.state() == Caravan::AMBUSHED && caravan.battle_id().empty();
  if (!waits || over.ambushes() != caravan.ambushes()) co_return serai::accept();
  const Returned fled = co_await flee(caravan, entity);
  constexpr std::int64_t kRetryMs = 10'000;
  if (!fled) wait_for_decision(caravan, entity, kRetryMs);
  co_return serai::accept();
}

serai::Task<serai::Reply> on_battle_settled(Caravan& caravan,
                                            serai::Entity& entity,
                                            game::BattleSettled settled) {
  if (caravan.battle_id() != settled.battle_id()) co_return serai::accept();
  caravan.clear_battle_id();
  caravan.set_state(settled.won() ? Caravan::EN_ROUTE : Caravan::PLUNDERED);
  if (!settled.won()) lose(caravan, rules::kDefeatLossPercent);
  co_await advance(caravan, entity);
  co_return serai::accept();
}

}  // namespace trade
