#include "caravan.hpp"

#include <algorithm>
#include <set>

#include "accounts.hpp"
#include "calls.hpp"
#include "locks.hpp"
#include "purse.hpp"
#include "rules/hex.hpp"
#include "rules/rules.hpp"
#include "settings.hpp"
#include "trade_calls.hpp"

namespace trade {
namespace {

bool in_town(const Caravan& caravan) {
  return caravan.state() == Caravan::LOADING || caravan.state() == Caravan::ARRIVED;
}

int quantity_of(const Caravan& caravan, const std::string& good) {
  for (const Cargo& cargo : caravan.cargo()) {
    if (cargo.good() == good) return cargo.quantity();
  }
  return 0;
}

int load_of(const Caravan& caravan) {
  int sum = 0;
  for (const Cargo& cargo : caravan.cargo()) sum += cargo.quantity();
  return sum;
}

using Goods = google::protobuf::RepeatedPtrField<Cargo>;

void add(Goods& goods, const std::string& good, int quantity) {
  for (int n = 0; n < goods.size(); ++n) {
    if (goods[n].good() != good) continue;
    goods[n].set_quantity(goods[n].quantity() + quantity);
    if (goods[n].quantity() == 0) goods.DeleteSubrange(n, 1);
    return;
  }
  if (quantity == 0) return;
  Cargo* cargo = goods.Add();
  cargo->set_good(good);
  cargo->set_quantity(quantity);
}

void close_when_empty(Caravan& caravan, serai::Entity& entity) {
  if (caravan.state() != Caravan::ARRIVED || !caravan.cargo().empty()) return;
  caravan.set_state(Caravan::CLOSED);
  CaravanClosed closed;
  closed.set_caravan_id(caravan.caravan_id());
  entity.send(kCaravanClosed, caravan.player_id(), closed);
}

const char* check_guards(const CreateCaravan& request) {
  if (request.guards().empty()) return "no_guards";
  if (request.guards_size() > rules::kGuardsMax) return "too_many_guards";
  const std::set<std::string> distinct(request.guards().begin(), request.guards().end());
  return static_cast<int>(distinct.size()) == request.guards_size() ? nullptr : "guard_named_twice";
}

const char* check_execute(const Caravan& caravan, const ExecuteTrade& request) {
  if (!in_town(caravan)) return "not_in_town";
  if (const char* code = rules::check_quantity(request.quantity())) return code;
  if (request.side() != BUY && request.side() != SELL) return "unknown_side";
  if (request.side() == SELL) {
    return quantity_of(caravan, request.good()) < request.quantity() ? "not_in_cargo" : nullptr;
  }
  if (caravan.state() != Caravan::LOADING) return "journey_over";
  return load_of(caravan) + request.quantity() > rules::kCargoMax ? "cargo_full" : nullptr;
}

game::Takers guards_of(const Caravan& caravan) {
  return {caravan.player_id(), "caravan:" + caravan.caravan_id(), game::to_list(caravan.guards())};
}

serai::Transfer transfer_of(const Caravan& caravan, const std::string& what) {
  return {"caravan:" + caravan.caravan_id() + ":" + what, what};
}

std::string escrow(const Caravan& caravan) { return kTolls.of(caravan.caravan_id()); }

void set_out(Caravan& caravan, serai::Entity& entity, const game::Sheets& guards) {
  int slowest = guards.front().spd();
  for (const game::Sheet& guard : guards) slowest = std::min(slowest, guard.spd());
  caravan.set_slowest_guard_spd(slowest);
  caravan.set_risk_seed(entity.random_u64());
  caravan.set_risk_commitment(hex(entity.sha256(big_endian(caravan.risk_seed()))));
  caravan.set_seg_index(0);
  caravan.set_state(Caravan::EN_ROUTE);
}

void start_segment(const Caravan& caravan, serai::Entity& entity) {
  const world::Segment& segment = *world::find_segment(caravan.path(caravan.seg_index()));
  const std::int64_t took = segment.hours * entity.config(kRoadHourMs);
  SegmentOver over;
  over.set_seg_index(caravan.seg_index());
  entity.timer(kRoadTimer, std::chrono::milliseconds(took), kSegmentOver, over);
}

// Logs a failed payment. A toll that cannot be paid does not stop the caravan: the gold stays in
// escrow and is paid back on arrival.
void warn_unless(const serai::Reply& done, const serai::Entity& entity, std::string_view event) {
  if (!done) entity.log().warn(event, {{"reason", done.text()}});
}

// Unlocks the guards and pays back the tolls that are left in escrow. Returns the gold paid back.
// When a guard cannot be unlocked, the arrival is tried again a second later.
serai::Task<std::int64_t> arrive(Caravan& caravan, serai::Entity& entity) {
  const serai::Reply freed = co_await game::unlock_all(entity, guards_of(caravan));
  if (!freed) {
    SegmentOver again;
    again.set_seg_index(caravan.seg_index());
    entity.timer(kRoadTimer, std::chrono::seconds(1), kSegmentOver, again);
    co_return 0;
  }
  std::int64_t returned = 0;
  const auto left = co_await entity.balance(escrow(caravan));
  if (left && *left > 0) {
    serai::Transfer back = transfer_of(caravan, "tolls_returned");
    back.move(escrow(caravan), "player:" + caravan.player_id(), *left);
    const serai::Reply done = co_await entity.transfer(back);
    warn_unless(done, entity, "tolls.not_returned");
    if (done) returned = *left;
  }
  caravan.set_town(std::string(world::find_segment(*caravan.path().rbegin())->to));
  caravan.set_state(Caravan::ARRIVED);
  close_when_empty(caravan, entity);
  co_return returned;
}

serai::Task<> pay_toll(const Caravan& caravan, serai::Entity& entity) {
  const world::Segment& segment = *world::find_segment(caravan.path(caravan.seg_index()));
  if (segment.toll == 0) co_return;
  serai::Transfer toll = transfer_of(caravan, "toll:" + std::to_string(caravan.seg_index()));
  toll.move(escrow(caravan), game::kTowns.of(segment.to), segment.toll);
  const serai::Reply paid = co_await entity.transfer(toll);
  warn_unless(paid, entity, "toll.not_paid");
}

// Moves the tolls of the path into escrow. Returns the player's remaining gold.
serai::Task<serai::Answer<std::int64_t>> deposit_tolls(const Caravan& caravan,
                                                       serai::Entity& entity,
                                                       std::int64_t tolls) {
  serai::Transfer deposit("caravan:" + entity.fresh_key() + ":tolls", "tolls");
  deposit.move("player:" + caravan.player_id(), escrow(caravan), tolls);
  const serai::Reply paid = co_await entity.transfer(deposit);
  if (paid.status() == serai::Status::failed_precondition) {
    co_return serai::refuse("not_enough_gold");
  }
  if (!paid) co_return paid;
  co_return co_await game::gold_of(entity, caravan.player_id(), 0);
}

}  // namespace

serai::Reply check_owner(const Caravan& caravan, const serai::Context& context) {
  if (context.caller().user_id == caravan.player_id()) return serai::accept();
  return serai::refuse("not_yours", serai::Status::permission_denied);
}

std::int64_t cargo_value(const Caravan& caravan) {
  std::int64_t sum = 0;
  for (const Cargo& cargo : caravan.cargo()) {
    sum += cargo.quantity() * world::base_price(cargo.good());
  }
  return sum;
}

void lose(Caravan& caravan, int percent) {
  const Goods cargo = caravan.cargo();
  for (const Cargo& each : cargo) {
    const int lost = rules::share(each.quantity(), percent);
    add(*caravan.mutable_losses(), each.good(), lost);
    add(*caravan.mutable_cargo(), each.good(), -lost);
  }
}

CaravanView view_of(const Caravan& caravan, const serai::Entity&) {
  CaravanView view;
  view.set_caravan_id(caravan.caravan_id());
  view.set_state(caravan.state());
  view.set_town(caravan.town());
  *view.mutable_guards() = caravan.guards();
  *view.mutable_cargo() = caravan.cargo();
  *view.mutable_path() = caravan.path();
  view.set_seg_index(caravan.seg_index());
  view.set_risk_commitment(caravan.risk_commitment());
  *view.mutable_losses() = caravan.losses();
  view.set_ambushes(caravan.ambushes());
  if (caravan.seg_index() < caravan.path_size()) {
    const world::Segment& segment = *world::find_segment(caravan.path(caravan.seg_index()));
    view.set_risk_bp(rules::risk_bp(segment.base_bp, cargo_value(caravan), caravan.guards_size()));
  }
  if (caravan.state() == Caravan::AMBUSHED) view.set_ransom(rules::ransom(cargo_value(caravan)));
  if (!caravan.battle_id().empty()) {
    view.set_battle_id(caravan.battle_id());
    view.set_match_id(caravan.battle_id() + ".battle");
  }
  if (caravan.state() == Caravan::CLOSED) view.set_risk_seed(hex(big_endian(caravan.risk_seed())));
  return view;
}

serai::Task<std::int64_t> advance(Caravan& caravan, serai::Entity& entity) {
  co_await pay_toll(caravan, entity);
  caravan.set_seg_index(caravan.seg_index() + 1);
  if (caravan.seg_index() < caravan.path_size()) {
    start_segment(caravan, entity);
    co_return 0;
  }
  co_return co_await arrive(caravan, entity);
}

// Refuses guards that are not the player's, and a caravan above the player's limit.
serai::Task<serai::Answer<CaravanView>> create_caravan(Caravan& caravan,
                                                       serai::Entity& entity,
                                                       CreateCaravan request) {
  const std::string player = entity.caller().user_id;
  if (player.empty()) co_return serai::refuse("no_player");
  if (world::find_town(request.town()) == nullptr) co_return serai::refuse("unknown_town");
  if (const char* code = check_guards(request)) co_return serai::refuse(code);
  game::Owns guards;
  *guards.mutable_character_ids() = request.guards();
  const auto owned = co_await entity.call(game::kOwns, player, guards);
  const bool nobody =
      owned.status() == serai::Status::not_found || owned.code() == "unknown_character";
  if (!owned && nobody) co_return serai::refuse("unknown_guard");
  if (!owned) co_return owned.refusal();
  OpenCaravan opening;
  opening.set_caravan_id(entity.key());
  const auto opened = co_await entity.call(kOpenCaravan, player, opening);
  if (!opened) co_return opened.refusal();

  caravan.set_caravan_id(entity.key());
  caravan.set_player_id(player);
  caravan.set_town(request.town());
  *caravan.mutable_guards() = request.guards();
  co_return view_of(caravan, entity);
}

// Logs a trade with the last segment of the caravan's path; the segment is empty before the
// departure.
void log_trade(const Caravan& caravan,
               const serai::Entity& entity,
               const ExecuteTrade& request,
               std::int64_t total) {
  const std::string segment = caravan.path().empty() ? "" : *caravan.path().rbegin();
  entity.log().debug("trade.executed",
                     {{"route_segment_code", segment},
                      {"town", caravan.town()},
                      {"side", request.side() == BUY ? "buy" : "sell"},
                      {"good", request.good()},
                      {"quantity", request.quantity()},
                      {"total", total}});
}

// Refuses an order that the player cannot pay before it goes to the town, because the town handles
// no other message while an order is paid.
serai::Task<serai::Reply> check_purse(const Caravan& caravan,
                                      serai::Entity& entity,
                                      ExecuteTrade request) {
  if (request.side() != BUY) co_return serai::accept();
  QuoteTrade quote;
  quote.set_town(caravan.town());
  quote.set_good(request.good());
  quote.set_quantity(request.quantity());
  quote.set_side(request.side());
  const auto quoted = co_await entity.call(kQuoteTrade, quote.town(), quote);
  if (!quoted) co_return quoted.refusal();
  const auto purse = co_await entity.balance("player:" + caravan.player_id());
  if (!purse) co_return purse.refusal();
  if (*purse >= quoted->total()) co_return serai::accept();
  co_return serai::refuse("not_enough_gold", std::to_string(quoted->total()));
}

serai::Task<serai::Answer<Executed>> execute_trade(Caravan& caravan,
                                                   serai::Entity& entity,
                                                   ExecuteTrade request) {
  if (const serai::Reply bad = check_owner(caravan, entity); !bad) co_return bad;
  if (const char* code = check_execute(caravan, request)) co_return serai::refuse(code);
  const serai::Reply can_pay = co_await check_purse(caravan, entity, request);
  if (!can_pay) co_return can_pay;
  TownTrade order;
  order.set_player_id(caravan.player_id());
  order.set_good(request.good());
  order.set_quantity(request.quantity());
  order.set_side(request.side());
  order.set_limit(request.limit());
  const std::string town = caravan.town();
  const auto traded = co_await entity.call(kTownTrade, town, order);
  if (!traded) co_return traded.refusal();

  const int change = request.side() == BUY ? request.quantity() : -request.quantity();
  add(*caravan.mutable_cargo(), request.good(), change);
  log_trade(caravan, entity, request, traded->total());
  close_when_empty(caravan, entity);
  Executed executed;
  executed.set_total(traded->total());
  executed.set_gold(traded->gold());
  *executed.mutable_caravan() = view_of(caravan, entity);
  co_return executed;
}

serai::Task<serai::Answer<CaravanView>> depart_caravan(Caravan& caravan,
                                                       serai::Entity& entity,
                                                       DepartCaravan request) {
  if (const serai::Reply bad = check_owner(caravan, entity); !bad) co_return bad;
  if (caravan.state() != Caravan::LOADING) co_return serai::refuse("already_departed");
  const std::vector<std::string> path = game::to_list(request.path());
  if (const char* code = rules::check_path(caravan.town(), path)) co_return serai::refuse(code);
  const auto guards = co_await game::lock_all(entity, guards_of(caravan));
  if (!guards) co_return guards.refusal();

  const auto gold = co_await deposit_tolls(caravan, entity, rules::tolls(path));
  if (!gold) {
    co_await game::unlock_all(entity, guards_of(caravan));
    co_return gold.refusal();
  }
  *caravan.mutable_path() = request.path();
  set_out(caravan, entity, *guards);
  start_segment(caravan, entity);
  CaravanView view = view_of(caravan, entity);
  view.set_gold(*gold);
  co_return view;
}

serai::Answer<CaravanView> get_caravan(const Caravan& caravan, serai::Entity& entity) {
  if (const serai::Reply bad = check_owner(caravan, entity); !bad) return bad;
  return view_of(caravan, entity);
}

serai::Task<serai::Reply> on_segment_over(Caravan& caravan,
                                          serai::Entity& entity,
                                          SegmentOver over) {
  const bool travels =
      caravan.state() == Caravan::EN_ROUTE || caravan.state() == Caravan::PLUNDERED;
  if (!travels || over.seg_index() != caravan.seg_index()) co_return serai::accept();
  if (caravan.seg_index() >= caravan.path_size()) {
    co_await arrive(caravan, entity);
    co_return serai::accept();
  }
  const world::Segment& segment = *world::find_segment(caravan.path(caravan.seg_index()));
  const int risk = rules::risk_bp(segment.base_bp, cargo_value(caravan), caravan.guards_size());
  const bool caught = caravan.state() == Caravan::EN_ROUTE &&
                      rules::is_ambushed(caravan.risk_seed(), caravan.seg_index(), risk);
  if (caught) {
    ambush(caravan, entity);
  } else {
    co_await advance(caravan, entity);
  }
  co_return serai::accept();
}

}  // namespace trade
