// character 1: a player's characters, their growth, and the locks that they may have.
//
// State   schema 1: flat attributes. One `character` per id; one `roster` per player, keyed by user
//         id.
// Tick    none.
// Errors  refusals are codes; a character that is not the caller's is refused as not_yours.
#include "common/table.hpp"

namespace character {

constexpr auto kCharacter =
    serai::kind<Character>({.name = "character", .owner = "player_id"}, kSharedRows);

constexpr auto kModule = serai::module("character", "1.0.0", kRoster, kCharacter)
                             .settings(kBattlesPerHour)
                             .accounts(game::kTowns);

}  // namespace character

SERAI_EXPORT_MODULE(character::kModule);
