// Engine: carries out actions. The same field and actions always give the same field.
//
// Errors  the check functions return a code for the client, or nullptr. play() takes checked
//         actions only.
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

// One version of the rules. A null function means that the version has no such rule.
struct RuleBook {
  int version = 1;
  std::span<const Tactic> tactics{};
  // Whether the fighter has this tactic without a slot, by its class.
  bool (*innate)(const Fighter& fighter, std::string_view tactic) = nullptr;
  // Called when a fighter's turn starts. Returns the hits of lasting effects on it.
  std::vector<Hit> (*turn_starts)(Field& field, Fighter& fighter) = nullptr;
  // Called after a blow that the target has survived.
  void (*struck)(Field& field,
                 const Fighter& striker,
                 const Fighter& target,
                 std::string_view tactic) = nullptr;
  // Called when a fighter has fallen.
  void (*fell)(Field& field, const Fighter& fallen) = nullptr;
  // The percentage of the full damage that a fighter does.
  int (*damage_percent)(const Fighter& striker) = nullptr;
};

const RuleBook& book_1();

const Tactic* find_tactic(const RuleBook& book, std::string_view name);
// Whether a fighter has a tactic, in a slot or without one.
bool has_tactic(const RuleBook& book, const Fighter& fighter, std::string_view tactic);

// Puts the fighters of both sides into their columns: side 0 left, side 1 right.
void place(Field& field);
const char* check_place(const Field& field, int unit, Cell cell);

// Starts turn 1.
std::vector<Hit> begin(Field& field, const RuleBook& book);

const char* check(const Field& field, const RuleBook& book, const Action& action);

// Carries out a checked action and passes the turn to the next living fighter. Returns the hits of
// the action, and then those of lasting effects at the starts of turns.
std::vector<Hit> play(Field& field, const RuleBook& book, const Action& action);

// The action that the host chooses for a fighter of its own.
Action choose(const Field& field, const RuleBook& book, int unit);

// The number of a side's fallen fighters.
int fallen(const Field& field, int side);
// The sum of the levels of a side's fighters.
int levels(const Field& field, int side);

}  // namespace battle::rules
