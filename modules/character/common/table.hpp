// Table: the rows that all versions of the module have. A version adds its schema and its own rows.
#pragma once

#include "accounts.hpp"
#include "calls.hpp"
#include "common/handlers.hpp"
#include "common/roster_calls.hpp"
#include "common/settings.hpp"

namespace character {

inline constexpr auto kRoster = serai::kind<Roster>(
    {.name = "roster"},
    serai::rpc<CreateCharacter>(
        "rpc_create_character",
        create_character,
        {.key = serai::key::caller, .creates = true, .durable = true, .idempotent = true}),
    serai::rpc<ListCharacters>(
        "rpc_list_characters", list_characters, {.key = serai::key::caller, .creates = true}),
    serai::call(game::kReward, reward, {.creates = true, .durable = true}),
    serai::call(game::kOwns, owns),
    serai::call(game::kMuster, muster, {.durable = true}),
    serai::call(kRenamed, renamed, {.durable = true}));

inline constexpr auto kById = serai::key::field("character_id");
inline constexpr serai::RpcOptions kChange{.key = kById, .durable = true, .idempotent = true};

inline constexpr auto kSharedRows =
    serai::rows(serai::rpc<GetCharacter>("rpc_get_character", get_character, {.key = kById}),
                serai::rpc<RenameCharacter>("rpc_rename_character", rename_character, kChange),
                serai::rpc<AllocatePoints>("rpc_allocate_points", allocate_points, kChange),
                serai::rpc<EquipTactic>("rpc_equip_tactic", equip_tactic, kChange),
                serai::call(kFound, found, {.creates = true, .durable = true}),
                serai::call(game::kLock, lock, {.durable = true}),
                serai::call(game::kUnlock, unlock, {.durable = true}),
                serai::call(game::kGrant, grant, {.durable = true}));

}  // namespace character
