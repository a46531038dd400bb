// character 2: character 1 with talents, one for every five levels.
//
// State   schema 2: attributes are a map, the title is separate from the name, talents and their
//         free points are new. Schema 1 is read by upgrade_from_1() and written by
//         downgrade_to_1().
// Tick    none.
// Errors  refusals are codes; a character that is not the caller's is refused as not_yours.
#include <algorithm>

#include "common/table.hpp"
#include "v2/shape.hpp"

namespace character {

serai::Answer<View> choose_talent(Character& character,
                                  serai::Entity& entity,
                                  const ChooseTalent& request) {
  if (const serai::Reply bad = check_owner(character, entity); !bad) return bad;
  if (!is_talent(request.talent())) return serai::refuse("unknown_talent");
  const auto& chosen = character.talents();
  if (std::find(chosen.begin(), chosen.end(), request.talent()) != chosen.end()) {
    return serai::refuse("talent_already_chosen");
  }
  if (character.talent_points() < 1) return serai::refuse("no_talent_points");
  character.add_talents(request.talent());
  level_changed(character);
  touched(character);
  return view_of(character);
}

constexpr auto kCharacter = serai::kind<Character>(
    {.name = "character", .owner = "player_id"},
    serai::schema(2, serai::from<1>(upgrade_from_1), serai::to<1>(downgrade_to_1)),
    kSharedRows,
    serai::rpc<ChooseTalent>("rpc_choose_talent", choose_talent, kChange));

constexpr auto kModule = serai::module("character", "2.0.0", kRoster, kCharacter)
                             .settings(kBattlesPerHour)
                             .accounts(game::kTowns);

}  // namespace character

SERAI_EXPORT_MODULE(character::kModule);
