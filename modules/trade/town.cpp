#include "town.hpp"

#include <algorithm>

#include "accounts.hpp"
#include "purse.hpp"
#include "rules/rules.hpp"
#include "settings.hpp"
#include "trade_calls.hpp"

namespace trade {
namespace {

rules::Way way_of(Side side) { return side == BUY ? rules::Way::buy : rules::Way::sell; }

void found(Town& town, const world::Town& plan, std::int64_t now_ms) {
  town.set_code(std::string(plan.code));
  town.set_produced_until_ms(now_ms);
  for (const world::Stock& planned : plan.goods) {
    Good* good = town.add_goods();
    good->set_good(std::string(planned.good));
    good->set_stock(planned.stock);
    good->set_demand(planned.demand);
  }
}

// Adds one piece of each good an hour, up to the stock at the start of the town.
void produce(Town& town, const world::Town& plan, std::int64_t now_ms, std::int64_t hour_ms) {
  const std::int64_t hours = (now_ms - town.produced_until_ms()) / hour_ms;
  if (hours <= 0) return;
  town.set_produced_until_ms(town.produced_until_ms() + hours * hour_ms);
  for (Good& good : *town.mutable_goods()) {
    for (const world::Stock& planned : plan.goods) {
      if (planned.good != good.good()) continue;
      const std::int64_t room = std::max(0, planned.stock - good.stock());
      const auto made = static_cast<int>(std::min(hours, room));
      good.set_stock(good.stock() + made);
      good.set_produced(good.produced() + made);
    }
  }
}

// Founds the town at its first call, and adds the goods produced since the last call. Returns false
// when there is no such town.
bool refresh(Town& town, const serai::Entity& entity) {
  const std::string key = entity.key();
  const world::Town* plan = world::find_town(key);
  if (plan == nullptr) return false;
  if (town.code().empty()) found(town, *plan, entity.now_ms());
  const std::int64_t hour_ms = std::max<std::int64_t>(1, entity.config(kTownHourMs));
  produce(town, *plan, entity.now_ms(), hour_ms);
  return true;
}

Good* find_good(Town& town, const std::string& name) {
  for (Good& good : *town.mutable_goods()) {
    if (good.good() == name) return &good;
  }
  return nullptr;
}

std::int64_t total_of(const Good& good, int quantity, Side side) {
  return rules::total(
      world::base_price(good.good()), good.stock(), good.demand(), quantity, way_of(side));
}

const char* check_trade(const Good* good, int quantity, Side side) {
  if (good == nullptr) return "unknown_good";
  if (side != BUY && side != SELL) return "unknown_side";
  if (const char* code = rules::check_quantity(quantity)) return code;
  return side == BUY && quantity > good->stock() ? "out_of_stock" : nullptr;
}

serai::Reply within_limit(std::int64_t limit, std::int64_t total, Side side) {
  if (limit <= 0) return serai::accept();
  const bool worse = side == BUY ? total > limit : total < limit;
  return worse ? serai::refuse("price_moved", std::to_string(total)) : serai::accept();
}

}  // namespace

serai::Answer<Quote> quote_trade(Town& town, serai::Entity& entity, const QuoteTrade& request) {
  if (!refresh(town, entity)) return serai::refuse("unknown_town", serai::Status::not_found);
  const Good* good = find_good(town, request.good());
  if (const char* code = check_trade(good, request.quantity(), request.side())) {
    return serai::refuse(code);
  }
  Quote quote;
  quote.set_town(town.code());
  quote.set_good(request.good());
  quote.set_quantity(request.quantity());
  quote.set_side(request.side());
  quote.set_total(total_of(*good, request.quantity(), request.side()));
  return quote;
}

serai::Task<serai::Answer<TownTraded>> town_trade(Town& town,
                                                  serai::Entity& entity,
                                                  TownTrade request) {
  if (!refresh(town, entity)) co_return serai::refuse("unknown_town", serai::Status::not_found);
  Good* good = find_good(town, request.good());
  if (const char* code = check_trade(good, request.quantity(), request.side())) {
    co_return serai::refuse(code);
  }
  const std::int64_t total = total_of(*good, request.quantity(), request.side());
  const serai::Reply limit = within_limit(request.limit(), total, request.side());
  if (!limit) co_return limit;

  const std::string player = "player:" + request.player_id();
  const std::string till = game::kTowns.of(town.code());
  const bool buys = request.side() == BUY;
  serai::Transfer payment("trade:" + entity.fresh_key(), "trade");
  payment.move(buys ? player : till, buys ? till : player, total);
  const serai::Reply paid = co_await entity.transfer(payment);
  if (paid.status() == serai::Status::failed_precondition) {
    entity.log().debug("trade.unpaid", {{"town", town.code()}, {"total", total}});
    co_return serai::refuse("not_enough_gold", std::to_string(total));
  }
  if (!paid) co_return paid;
  const auto gold = co_await game::gold_of(entity, request.player_id(), buys ? 0 : total);
  if (!gold) co_return gold.refusal();
  good->set_stock(good->stock() + (buys ? -request.quantity() : request.quantity()));
  TownTraded traded;
  traded.set_total(total);
  traded.set_gold(*gold);
  co_return traded;
}

serai::Answer<Market> show_market(Town& town, serai::Entity& entity) {
  if (!refresh(town, entity)) return serai::refuse("unknown_town", serai::Status::not_found);
  Market market;
  market.set_town(town.code());
  market.set_name(std::string(world::find_town(town.code())->name));
  for (const Good& good : town.goods()) {
    Offer* offer = market.add_goods();
    offer->set_good(good.good());
    offer->set_stock(good.stock());
    offer->set_demand(good.demand());
    offer->set_buy(total_of(good, 1, BUY));
    offer->set_sell(total_of(good, 1, SELL));
  }
  return market;
}

serai::Task<serai::Answer<Markets>> list_markets(serai::Context& context, ListMarkets) {
  Markets markets;
  for (const world::Town& town : world::towns()) {
    const auto market = co_await context.call(kShowMarket, town.code, ShowMarket{});
    if (!market) co_return market.refusal();
    *markets.add_towns() = *market;
  }
  for (const world::Segment& segment : world::segments()) {
    Segment* shown = markets.add_segments();
    shown->set_route_segment_code(std::string(segment.code));
    shown->set_from(std::string(segment.from));
    shown->set_to(std::string(segment.to));
    shown->set_hours(segment.hours);
    shown->set_base_bp(segment.base_bp);
    shown->set_toll(segment.toll);
  }
  co_return markets;
}

}  // namespace trade
