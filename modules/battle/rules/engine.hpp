// Engine: carries out actions. The same field and actions always give the same field.
//
// Errors  check() returns a code for the client, or nullptr; play() takes checked actions only.
// Thread  any; the caller owns the field.
#pragma once

#include <span>

#include "rules/field.hpp"

namespace battle::rules {

enum class Aim { enemy, three_enemies, ally, self };

struct Tactic {
  std::string_view name{};
  Aim aim = Aim::enemy;
  int range = 1;
  int power = 100;   // percent of a plain attack; for Aim::ally the percent of hp_max healed
  int cooldown = 1;  // turns
};

// The differences between rules versions.
struct RuleBook {
  int version = 1;
  std::span<const Tactic> tactics{};
  // Whether the class has this tactic without a slot.
  bool (*innate)(const Fighter& fighter, std::string_view tactic) = nullptr;
  // Called for each fighter whose turn starts; returns what lasting effects did to it.
  std::vector<Hit> (*turn_starts)(Field& field, Fighter& fighter) = nullptr;
  void (*struck)(Field& field,
                 const Fighter& striker,
                 const Fighter& target,
                 std::string_view tactic) = nullptr;
  void (*fell)(Field& field, const Fighter& fallen) = nullptr;
  int (*damage_percent)(const Fighter& striker) = nullptr;
};

const RuleBook& book_1();

const Tactic* find_tactic(const RuleBook& book, std::string_view name);
bool knows(const RuleBook& book, const Fighter& fighter, std::string_view tactic);

// Puts the fighters of both sides in their columns; side 0 left, side 1 right.
void place(Field& field);
const char* check_place(const Field& field, int unit, Cell cell);

// Starts turn 1.
std::vector<Hit> begin(Field& field, const RuleBook& book);

const char* check(const Field& field, const RuleBook& book, const Action& action);

// Does the action and passes the turn on. The hits include what effects did at the next turn's
// start.
std::vector<Hit> play(Field& field, const RuleBook& book, const Action& action);

// The action that the host chooses for a fighter of its own.
Action choose(const Field& field, const RuleBook& book, int unit);

// How many fighters of a side have fallen; the levels of a side, added up.
int fallen(const Field& field, int side);
int levels(const Field& field, int side);

}  // namespace battle::rules
