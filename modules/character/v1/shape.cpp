// Shape of schema 1: flat attributes, the title inside the name.
#include "common/shape.hpp"

#include <array>

namespace character {
namespace {

constexpr std::array<std::string_view, 5> kTactics{"strike", "volley", "heal", "taunt", "sweep"};

}  // namespace

rules::Attributes attributes_of(const Character& character) {
  return {.hp = character.hp(),
          .atk = character.atk(),
          .def = character.def(),
          .spd = character.spd(),
          .vit = character.vit()};
}

void set_attributes(Character& character, const rules::Attributes& attributes) {
  character.set_hp(attributes.hp);
  character.set_atk(attributes.atk);
  character.set_def(attributes.def);
  character.set_spd(attributes.spd);
  character.set_vit(attributes.vit);
}

rules::Attributes in_battle(const Character& character) { return attributes_of(character); }

const char* check_name(std::string_view name) { return rules::check_name(name); }

void set_name(Character& character, std::string_view name) {
  character.set_name(std::string(name));
}

void level_changed(Character&) {}

void show_more(const Character&, View&) {}

std::span<const std::string_view> known_tactics() { return kTactics; }

}  // namespace character
