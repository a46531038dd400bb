// Town: stock and demand per good; every piece traded moves the price of the next.
//
// Units   gold and pieces.
// Errors  refusals are codes; a refused trade moves neither gold nor goods.
// Thread  the town's shard.
#pragma once

#include <serai/module.hpp>

#include "trade.pb.h"

namespace trade {

serai::Answer<Quote> quote_trade(Town& town, serai::Entity& entity, const QuoteTrade& request);
serai::Task<serai::Answer<TownTraded>> town_trade(Town& town,
                                                  serai::Entity& entity,
                                                  TownTrade request);
serai::Answer<Market> show_market(Town& town, serai::Entity& entity);

// All towns and all roads.
serai::Task<serai::Answer<Markets>> list_markets(serai::Context& context, ListMarkets request);

}  // namespace trade
