// Calls and timers between towns, caravans and traders.
#pragma once

#include <serai/module.hpp>

#include "trade.pb.h"

namespace trade {

constexpr serai::Call<QuoteTrade, Quote> kQuoteTrade{"town", "rpc_quote_trade"};
constexpr serai::Call<TownTrade, TownTraded> kTownTrade{"town", "svc_trade"};
constexpr serai::Call<ShowMarket, Market> kShowMarket{"town", "svc_show_market"};

constexpr serai::Call<OpenCaravan, Opened> kOpenCaravan{"trader", "svc_open_caravan"};
constexpr serai::Call<CaravanClosed> kCaravanClosed{"trader", "svc_caravan_closed"};

constexpr serai::Timer<SegmentOver> kSegmentOver{"segment_over"};
constexpr serai::Timer<AmbushOver> kAmbushOver{"ambush_over"};

}  // namespace trade
