// Table: the rows every version of the module has. A version adds its schema and its own rows.
#pragma once

#include "accounts.hpp"
#include "common/handlers.hpp"
#include "common/settings.hpp"

namespace character {

inline constexpr auto kRoster =
    serai::entity_kind<Roster>({.name = "roster"})
        .rpc<CreateCharacter>(
            "rpc_create_character",
            create_character,
            {.key = serai::key::caller, .creates = true, .durable = true, .idempotent = true})
        .rpc<ListCharacters>(
            "rpc_list_characters", list_characters, {.key = serai::key::caller, .creates = true})
        .call<game::Reward>("svc_reward", reward, {.creates = true, .durable = true})
        .call<game::Owns>("svc_owns", owns)
        .call<game::Muster>("svc_muster", muster, {.durable = true})
        .call<Renamed>("svc_renamed", renamed, {.durable = true});

inline constexpr auto kById = serai::key::field("character_id");
inline constexpr serai::RpcOptions kChange{.key = kById, .durable = true, .idempotent = true};

// Takes the kind with its schema said.
template <class Kind>
constexpr auto with_shared_rows(const Kind& kind) {
  return kind.template rpc<GetCharacter>("rpc_get_character", get_character, {.key = kById})
      .template rpc<RenameCharacter>("rpc_rename_character", rename_character, kChange)
      .template rpc<AllocatePoints>("rpc_allocate_points", allocate_points, kChange)
      .template rpc<EquipTactic>("rpc_equip_tactic", equip_tactic, kChange)
      .template call<Found>("svc_found", found, {.creates = true, .durable = true})
      .template call<game::Lock>("svc_lock", lock, {.durable = true})
      .template call<game::Unlock>("svc_unlock", unlock, {.durable = true})
      .template call<game::Grant>("svc_grant", grant, {.durable = true});
}

}  // namespace character
