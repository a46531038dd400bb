// Bandits: the fighters that the host plays. Their attributes rise with the level.
#pragma once

#include <string>

#include "contracts/game.pb.h"

namespace game {

inline Sheet bandit(int level, int number) {
  Sheet sheet;
  sheet.set_name("Bandit " + std::to_string(number));
  sheet.set_class_("bandit");
  sheet.set_level(level);
  sheet.set_hp(50 + 12 * level);
  sheet.set_atk(14 + 2 * level);
  sheet.set_def(6 + level);
  sheet.set_spd(12 + level);
  sheet.add_tactics("strike");
  return sheet;
}

}  // namespace game
