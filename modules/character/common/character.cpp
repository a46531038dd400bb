#include <algorithm>

#include "common/handlers.hpp"
#include "common/roster_calls.hpp"

namespace character {
namespace {

constexpr int kRememberedGrants = 64;

rules::Status status_of(const Character& character) {
  return static_cast<rules::Status>(character.status());
}

// Locks the character for `ref`. A traveller keeps the lock of its journey in journey_ref.
void set_lock(Character& character, const std::string& ref) {
  if (character.status() == Character::TRAVELLING && character.status_ref() != ref) {
    character.set_journey_ref(character.status_ref());
  }
  character.set_status(static_cast<Character::Status>(rules::status_for(ref)));
  character.set_status_ref(ref);
}

game::Sheet sheet_of(const Character& character) {
  const rules::Attributes has = in_battle(character);
  game::Sheet sheet;
  sheet.set_character_id(character.character_id());
  sheet.set_user_id(character.player_id());
  sheet.set_name(character.name());
  sheet.set_class_(character.class_());
  sheet.set_level(character.level());
  sheet.set_hp(has.hp);
  sheet.set_atk(has.atk);
  sheet.set_def(has.def);
  sheet.set_spd(has.spd);
  *sheet.mutable_tactics() = character.tactics();
  return sheet;
}

bool has_tactic(const Character& character, const std::string& tactic) {
  const auto& tactics = character.tactics();
  return std::find(tactics.begin(), tactics.end(), tactic) != tactics.end();
}

serai::Reply check_equip(const Character& character, const EquipTactic& request) {
  const auto known = known_tactics();
  if (std::find(known.begin(), known.end(), request.tactic()) == known.end()) {
    return serai::refuse("unknown_tactic");
  }
  if (has_tactic(character, request.tactic())) return serai::refuse("already_equipped");
  if (!request.replaces().empty()) {
    return has_tactic(character, request.replaces()) ? serai::accept()
                                                     : serai::refuse("tactic_not_equipped");
  }
  return character.tactics_size() < rules::kTacticsMax ? serai::accept()
                                                       : serai::refuse("no_free_slot");
}

// Adds items. The list stays sorted by name.
void give(Character& character, const std::string& name, int count) {
  auto& items = *character.mutable_items();
  const auto at = std::lower_bound(
      items.begin(), items.end(), name, [](const Item& item, const std::string& wanted) {
        return item.name() < wanted;
      });
  if (at != items.end() && at->name() == name) {
    at->set_count(at->count() + count);
    return;
  }
  const auto place = static_cast<int>(at - items.begin());
  Item* item = character.add_items();
  item->set_name(name);
  item->set_count(count);
  for (int n = items.size() - 1; n > place; --n) items.SwapElements(n, n - 1);
}

}  // namespace

serai::Reply check_owner(const Character& character, const serai::Context& context) {
  if (context.caller().user_id == character.player_id()) return serai::accept();
  return serai::refuse("not_yours", serai::Status::permission_denied);
}

void touched(Character& character) { character.set_version(character.version() + 1); }

View view_of(const Character& character) {
  const rules::Attributes has = attributes_of(character);
  View view;
  view.set_character_id(character.character_id());
  view.set_name(character.name());
  view.set_class_(character.class_());
  view.set_level(character.level());
  view.set_xp(character.xp());
  view.set_xp_to_next(rules::xp_to_next(character.level()));
  view.set_points(character.points());
  view.set_hp(has.hp);
  view.set_atk(has.atk);
  view.set_def(has.def);
  view.set_spd(has.spd);
  view.set_vit(has.vit);
  *view.mutable_tactics() = character.tactics();
  view.set_status(character.status());
  view.set_status_ref(character.status_ref());
  view.set_version(character.version());
  *view.mutable_items() = character.items();
  show_more(character, view);
  return view;
}

serai::Answer<View> found(Character& character, serai::Entity& entity, const Found& request) {
  if (character.version() != 0) return view_of(character);
  character.set_character_id(entity.key());
  character.set_player_id(request.player_id());
  character.set_class_(request.class_());
  character.set_level(1);
  character.set_points(rules::kPointsPerLevel);
  set_name(character, request.name());
  set_attributes(character, rules::attributes_of(request.class_()));
  for (const std::string& tactic : rules::tactics_of(request.class_())) {
    character.add_tactics(tactic);
  }
  level_changed(character);
  touched(character);
  return view_of(character);
}

serai::Answer<View> get_character(Character& character,
                                  serai::Entity& entity,
                                  const GetCharacter&) {
  if (const serai::Reply bad = check_owner(character, entity); !bad) return bad;
  return view_of(character);
}

serai::Answer<View> rename_character(Character& character,
                                     serai::Entity& entity,
                                     const RenameCharacter& request) {
  if (const serai::Reply bad = check_owner(character, entity); !bad) return bad;
  if (const char* code = check_name(request.name())) return serai::refuse(code);
  set_name(character, request.name());
  touched(character);
  Renamed renamed;
  renamed.set_character_id(character.character_id());
  renamed.set_name(request.name());
  renamed.set_version(character.version());
  entity.send(kRenamed, character.player_id(), renamed);
  return view_of(character);
}

serai::Answer<View> allocate_points(Character& character,
                                    serai::Entity& entity,
                                    const AllocatePoints& request) {
  if (const serai::Reply bad = check_owner(character, entity); !bad) return bad;
  const rules::Spend spend{
      .vit = request.vit(), .atk = request.atk(), .def = request.def(), .spd = request.spd()};
  if (const char* code = rules::check_spend(spend, character.points())) return serai::refuse(code);
  set_attributes(character, rules::raise(attributes_of(character), spend, character.level()));
  character.set_points(character.points() - rules::total(spend));
  touched(character);
  return view_of(character);
}

serai::Answer<View> equip_tactic(Character& character,
                                 serai::Entity& entity,
                                 const EquipTactic& request) {
  if (const serai::Reply bad = check_owner(character, entity); !bad) return bad;
  if (const serai::Reply bad = check_equip(character, request); !bad) return bad;
  auto& tactics = *character.mutable_tactics();
  if (request.replaces().empty()) {
    character.add_tactics(request.tactic());
  } else {
    std::replace(tactics.begin(), tactics.end(), request.replaces(), request.tactic());
  }
  touched(character);
  return view_of(character);
}

serai::Answer<game::Locked> lock(Character& character,
                                 serai::Entity& entity,
                                 const game::Lock& request) {
  if (request.user_id() != character.player_id()) {
    return serai::refuse("not_yours", serai::Status::permission_denied);
  }
  const std::string taker = entity.caller().kind + ":" + entity.caller().key;
  const char* code =
      rules::check_lock(status_of(character), character.status_ref(), request.ref(), taker);
  if (code != nullptr) return serai::refuse(code);
  set_lock(character, request.ref());
  touched(character);
  game::Locked locked;
  *locked.mutable_sheet() = sheet_of(character);
  return locked;
}

serai::Answer<game::Done> unlock(Character& character,
                                 serai::Entity&,
                                 const game::Unlock& request) {
  if (character.status_ref() != request.ref()) {
    if (character.journey_ref() != request.ref()) return game::Done{};
    character.clear_journey_ref();  // the journey has ended while the character fights
    touched(character);
    return game::Done{};
  }
  character.set_status(character.journey_ref().empty() ? Character::IDLE : Character::TRAVELLING);
  character.set_status_ref(character.journey_ref());
  character.clear_journey_ref();
  touched(character);
  return game::Done{};
}

serai::Answer<game::Done> grant(Character& character, serai::Entity&, const game::Grant& request) {
  auto& grants = *character.mutable_grants();
  if (std::find(grants.begin(), grants.end(), request.grant_id()) != grants.end()) {
    return game::Done{};
  }
  const rules::Growth grown =
      rules::grow({.level = character.level(), .xp = character.xp(), .points = character.points()},
                  request.xp());
  character.set_level(grown.level);
  character.set_xp(grown.xp);
  character.set_points(grown.points);
  set_attributes(character, rules::raise(attributes_of(character), {}, grown.level));
  level_changed(character);
  for (const auto& [name, count] : request.items()) give(character, name, count);
  character.add_grants(request.grant_id());
  if (grants.size() > kRememberedGrants)
    grants.DeleteSubrange(0, grants.size() - kRememberedGrants);
  touched(character);
  return game::Done{};
}

}  // namespace character
