// battle 2: battle 1 with new rules: wounds that bleed, and morale.
//
// State   schema 2: cooldowns store the turn they end in; effects and morale are new. Schema 1 is
//         read by upgrade_from_1() and written by downgrade_to_1(), unless an effect is active.
// Tick    none. Timers pass the turn of a silent player, settle the battle, and remove it.
// Errors  the refusal of a move is sent to its sender and changes nothing.
#include "common/table.hpp"
#include "v2/shape.hpp"

namespace battle {

constexpr auto kBattle = serai::match_kind<Battle>(
    {.name = "battle", .players_max = 10, .journal = true},
    serai::schema(2, serai::from<1>(upgrade_from_1), serai::to<1>(downgrade_to_1)),
    kSharedRows);

constexpr auto kModule = with_settings(serai::module("battle", "2.0.0", kBattle));

}  // namespace battle

SERAI_EXPORT_MODULE(battle::kModule);
