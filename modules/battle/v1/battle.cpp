// battle 1: two sides on a grid take turns until one side has fallen. All rules run on the server.
//
// State   schema 1: cooldowns as turns left.
// Tick    none. Timers pass the turn of a silent player, settle the battle, and remove it.
// Errors  the refusal of a move is sent to its sender and changes nothing.
#include "common/table.hpp"

namespace battle {

constexpr auto kBattle =
    serai::match_kind<Battle>({.name = "battle", .players_max = 10, .journal = true}, kSharedRows);

constexpr auto kModule = with_settings(serai::module("battle", "1.0.0", kBattle));

}  // namespace battle

SERAI_EXPORT_MODULE(battle::kModule);
