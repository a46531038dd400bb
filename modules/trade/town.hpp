// Town: stock and demand of each good. Every traded piece changes the price of the next.
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

// Lists all towns and all roads. A stateless handler, which calls the towns one after the other.
serai::Task<serai::Answer<Markets>> list_markets(serai::Context& context, ListMarkets request);

}  // namespace trade
