// trade 1: towns whose prices follow their stock, and caravans that carry goods between them.
//
// State   schema 1. One `town` per code, founded when first asked; one `caravan` per id; one
// `trader`
//         per player, who knows which caravans are open.
// Tick    none: timers move caravans along and end an ambush nobody decides.
// Errors  refusals are codes; a caravan that is not the caller's is refused as not_yours.
#include "accounts.hpp"
#include "caravan.hpp"
#include "settings.hpp"
#include "town.hpp"
#include "trader.hpp"

namespace trade {

constexpr auto kTown =
    serai::entity_kind<Town>({.name = "town"})
        .rpc<QuoteTrade>(
            "rpc_quote_trade", quote_trade, {.key = serai::key::field("town"), .creates = true})
        .call<TownTrade>("svc_trade", town_trade, {.creates = true, .durable = true})
        .call<ShowMarket>("svc_show_market", show_market, {.creates = true});

constexpr auto kById = serai::key::field("caravan_id");
constexpr serai::RpcOptions kChange{.key = kById, .durable = true, .idempotent = true};

constexpr auto kCaravan =
    serai::entity_kind<Caravan>({.name = "caravan"})
        .rpc<CreateCaravan>(
            "rpc_create_caravan",
            create_caravan,
            {.key = serai::key::fresh, .creates = true, .durable = true, .idempotent = true})
        .rpc<ExecuteTrade>("rpc_execute_trade", execute_trade, kChange)
        .rpc<DepartCaravan>("rpc_depart_caravan", depart_caravan, kChange)
        .rpc<GetCaravan>("rpc_get_caravan", get_caravan, {.key = kById})
        .rpc<ResolveAmbush>("rpc_resolve_ambush", resolve_ambush, kChange)
        .call<game::BattleSettled>("svc_battle_settled", on_battle_settled, {.durable = true})
        .timer<SegmentOver>("segment_over", on_segment_over, {.durable = true})
        .timer<AmbushOver>("ambush_over", on_ambush_over, {.durable = true});

constexpr auto kTrader =
    serai::entity_kind<Trader>({.name = "trader"})
        .call<OpenCaravan>("svc_open_caravan", open_caravan, {.creates = true, .durable = true})
        .call<CaravanClosed>("svc_caravan_closed", caravan_closed, {.durable = true});

constexpr auto kMarkets = serai::stateless().rpc<ListMarkets>("rpc_list_markets", list_markets);

constexpr auto kModule = serai::module("trade", "1.0.0", kTown, kCaravan, kTrader, kMarkets)
                             .settings(kRoadHourMs, kTownHourMs, kAmbushWaitMs, kCaravansMax)
                             .accounts(game::kTowns, kTolls);

}  // namespace trade

SERAI_EXPORT_MODULE(trade::kModule);
