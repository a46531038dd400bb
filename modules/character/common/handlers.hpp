// Handlers of characters and rosters, shared by all versions.
//
// Errors  refusals are codes for the client; a refused call changes nothing.
// Thread  the entity's shard.
#pragma once

#include <serai/module.hpp>

#include "character.pb.h"
#include "common/shape.hpp"
#include "contracts/game.pb.h"

namespace character {

// Refuses with not_yours when the character is not the caller's.
serai::Reply check_owner(const Character& character, const serai::Context& context);
View view_of(const Character& character);
// Counts a change of the character in its version.
void touched(Character& character);

// ---- One roster per player, keyed by user id --------------------------------------------------

serai::Task<serai::Answer<View>> create_character(Roster& roster,
                                                  serai::Entity& entity,
                                                  CreateCharacter request);
serai::Answer<CharacterList> list_characters(Roster& roster,
                                             serai::Entity& entity,
                                             const ListCharacters& request);
serai::Task<serai::Answer<game::Rewarded>> reward(Roster& roster,
                                                  serai::Entity& entity,
                                                  game::Reward request);
serai::Answer<game::Done> owns(const Roster& roster, const game::Owns& request);
serai::Answer<game::Done> muster(Roster& roster, serai::Entity& entity, const game::Muster&);
serai::Answer<game::Done> renamed(Roster& roster, serai::Entity& entity, const Renamed& request);

// ---- One character ----------------------------------------------------------------------------

serai::Answer<View> found(Character& character, serai::Entity& entity, const Found& request);
serai::Answer<View> get_character(Character& character,
                                  serai::Entity& entity,
                                  const GetCharacter& request);
serai::Answer<View> rename_character(Character& character,
                                     serai::Entity& entity,
                                     const RenameCharacter& request);
serai::Answer<View> allocate_points(Character& character,
                                    serai::Entity& entity,
                                    const AllocatePoints& request);
serai::Answer<View> equip_tactic(Character& character,
                                 serai::Entity& entity,
                                 const EquipTactic& request);

serai::Answer<game::Locked> lock(Character& character,
                                 serai::Entity& entity,
                                 const game::Lock& request);
serai::Answer<game::Done> unlock(Character& character,
                                 serai::Entity& entity,
                                 const game::Unlock& request);
serai::Answer<game::Done> grant(Character& character,
                                serai::Entity& entity,
                                const game::Grant& request);

}  // namespace character
