#include "v2/shape.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace character {
namespace {

constexpr std::array<std::string_view, 6> kTactics{
    "strike", "volley", "heal", "taunt", "sweep", "bleed"};
constexpr std::string_view kTitleMark = ", ";
constexpr int kLevelsPerTalent = 5;

struct Talent {
  std::string_view name;
  rules::Attributes adds;
};
constexpr std::array<Talent, 4> kTalents{{
    {"tough", {.hp = 40}},
    {"fierce", {.atk = 6}},
    {"steady", {.def = 6}},
    {"swift", {.spd = 10}},
}};

int value_of(const Character& character, const char* name) {
  const auto found = character.attributes().find(name);
  return found == character.attributes().end() ? 0 : found->second;
}

void split_name(Character& character, std::string_view whole) {
  const std::size_t mark = whole.find(kTitleMark);
  character.set_name(std::string(whole.substr(0, mark)));
  if (mark == std::string_view::npos) return character.clear_title();
  character.set_title(std::string(whole.substr(mark + kTitleMark.size())));
}

}  // namespace

bool is_talent(std::string_view name) {
  return std::any_of(
      kTalents.begin(), kTalents.end(), [&](const Talent& talent) { return talent.name == name; });
}

rules::Attributes attributes_of(const Character& character) {
  return {.hp = value_of(character, "hp"),
          .atk = value_of(character, "atk"),
          .def = value_of(character, "def"),
          .spd = value_of(character, "spd"),
          .vit = value_of(character, "vit")};
}

void set_attributes(Character& character, const rules::Attributes& attributes) {
  auto& map = *character.mutable_attributes();
  map["hp"] = attributes.hp;
  map["atk"] = attributes.atk;
  map["def"] = attributes.def;
  map["spd"] = attributes.spd;
  map["vit"] = attributes.vit;
}

rules::Attributes in_battle(const Character& character) {
  rules::Attributes sum = attributes_of(character);
  for (const std::string& chosen : character.talents()) {
    for (const Talent& talent : kTalents) {
      if (talent.name != chosen) continue;
      sum.hp += talent.adds.hp;
      sum.atk += talent.adds.atk;
      sum.def += talent.adds.def;
      sum.spd += talent.adds.spd;
    }
  }
  return sum;
}

const char* check_name(std::string_view name) { return rules::check_name(name); }

void set_name(Character& character, std::string_view name) { split_name(character, name); }

void level_changed(Character& character) {
  character.set_talent_points(character.level() / kLevelsPerTalent - character.talents_size());
}

void show_more(const Character& character, View& view) {
  view.set_title(character.title());
  *view.mutable_attributes() = character.attributes();
  *view.mutable_talents() = character.talents();
  view.set_talent_points(character.talent_points());
}

std::span<const std::string_view> known_tactics() { return kTactics; }

void upgrade_from_1(Character& character) {
  set_attributes(character,
                 {.hp = character.old_hp(),
                  .atk = character.old_atk(),
                  .def = character.old_def(),
                  .spd = character.old_spd(),
                  .vit = character.old_vit()});
  character.clear_old_hp();
  character.clear_old_atk();
  character.clear_old_def();
  character.clear_old_spd();
  character.clear_old_vit();
  split_name(character, std::string(character.name()));
  character.clear_talents();
  level_changed(character);
}

void downgrade_to_1(Character& character) {
  const rules::Attributes has = attributes_of(character);
  character.set_old_hp(has.hp);
  character.set_old_atk(has.atk);
  character.set_old_def(has.def);
  character.set_old_spd(has.spd);
  character.set_old_vit(has.vit);
  character.clear_attributes();
  if (!character.title().empty()) {
    character.set_name(character.name() + std::string(kTitleMark) + character.title());
  }
  character.clear_title();
  character.clear_talents();
  character.clear_talent_points();
}

}  // namespace character
