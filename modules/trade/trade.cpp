// trade 1: towns whose prices follow their stock, and caravans that carry goods between them.
//
// State   schema 1. One `town` per code, founded at its first call; one `caravan` per id; one
//         `trader` per player, with the list of open caravans.
// Tick    none. Timers move caravans, and end an ambush when the player does not decide.
// Errors  refusals are codes; a caravan that is not the caller's is refused as not_yours.
#include "accounts.hpp"
#include "calls.hpp"
#include "caravan.hpp"
#include "settings.hpp"
#include "town.hpp"
#include "trade_calls.hpp"
#include "trader.hpp"

namespace trade {

constexpr auto kTown = serai::kind<Town>(
    {.name = "town"},
    serai::rpc(kQuoteTrade, quote_trade, {.key = serai::key::field("town"), .creates = true}),
    serai::call(kTownTrade, town_trade, {.creates = true, .durable = true}),
    serai::call(kShowMarket, show_market, {.creates = true}));

constexpr auto kById = serai::key::field("caravan_id");
constexpr serai::RpcOptions kChange{.key = kById, .durable = true, .idempotent = true};

constexpr auto kCaravan = serai::kind<Caravan>(
    {.name = "caravan", .owner = "player_id"},
    serai::rpc<CreateCaravan>(
        "rpc_create_caravan",
        create_caravan,
        {.key = serai::key::fresh, .creates = true, .durable = true, .idempotent = true}),
    serai::rpc<ExecuteTrade>("rpc_execute_trade", execute_trade, kChange),
    serai::rpc<DepartCaravan>("rpc_depart_caravan", depart_caravan, kChange),
    serai::rpc<GetCaravan>("rpc_get_caravan", get_caravan, {.key = kById}),
    serai::rpc<ResolveAmbush>("rpc_resolve_ambush", resolve_ambush, kChange),
    serai::call(game::kBattleSettled, on_battle_settled, {.durable = true}),
    serai::timer(kSegmentOver, on_segment_over, {.durable = true}),
    serai::timer(kAmbushOver, on_ambush_over, {.durable = true}));

constexpr auto kTrader =
    serai::kind<Trader>({.name = "trader"},
                        serai::call(kOpenCaravan, open_caravan, {.creates = true, .durable = true}),
                        serai::call(kCaravanClosed, caravan_closed, {.durable = true}));

constexpr auto kMarkets =
    serai::stateless(serai::rpc<ListMarkets>("rpc_list_markets", list_markets));

constexpr auto kModule = serai::module("trade", "1.0.0", kTown, kCaravan, kTrader, kMarkets)
                             .settings(kRoadHourMs, kTownHourMs, kAmbushWaitMs, kCaravansMax)
                             .accounts(game::kTowns, kTolls);

}  // namespace trade

SERAI_EXPORT_MODULE(trade::kModule);
