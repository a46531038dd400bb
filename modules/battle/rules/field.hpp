// Field: a battle as plain values, on which the rules work.
//
// Units   cells of an 8x5 grid; a turn is one round in which every living fighter acts once.
// Thread  any; values only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace battle::rules {

constexpr int kWidth = 8;
constexpr int kHeight = 5;
constexpr int kSideMax = 5;
constexpr int kTurnLimit = 60;
constexpr int kSilentTurnsMax = 3;
constexpr int kNobody = -1;

struct Cell {
  int x = 0;
  int y = 0;
  bool operator==(const Cell&) const = default;
};

struct Fighter {
  int id = 0;  // its place in Field::fighters, from 1
  int side = 0;
  bool by_host = false;  // no player acts for it: choose() does
  std::string type;      // the character's class, or "bandit"
  int level = 1;
  Cell at;
  Cell facing;  // a unit step
  int hp = 0;
  int hp_max = 0;
  int atk = 0;
  int def = 0;
  int spd = 0;
  int morale = 100;  // changes under rules 2 only
  bool guarding = false;
  int taunted_by = 0;  // the taunter's id until this fighter has acted; 0: not taunted
  std::vector<std::string> tactics{};

  bool alive() const { return hp > 0; }
};

// A tactic's cooldown, as an absolute turn. The v1 state stores the number of turns left instead.
struct Cooldown {
  int unit = 0;
  std::string tactic{};
  int ready_at_turn = 0;
};

// A lasting effect. Only rules 2 have any.
struct Effect {
  int unit = 0;  // the affected fighter's id
  std::string name{};
  int power = 0;
  int ends_after_turn = 0;
};

enum class Ending { none, defeat, surrender, turn_limit, cancelled };

struct Field {
  std::uint64_t seed = 0;
  int rules_version = 1;
  int turn = 0;
  std::vector<Fighter> fighters;
  std::vector<int> order;  // the fighters' ids in the order of this turn
  int position = 0;        // the index of the acting fighter in `order`
  std::vector<Cooldown> cooldowns;
  std::vector<Effect> effects;
  std::uint64_t log_hash = 0;
  Ending ending = Ending::none;
  int winner = kNobody;  // a side

  bool over() const { return ending != Ending::none; }
  Fighter& fighter(int id) { return fighters[static_cast<std::size_t>(id - 1)]; }
  const Fighter& fighter(int id) const { return fighters[static_cast<std::size_t>(id - 1)]; }
  bool has(int id) const { return id >= 1 && static_cast<std::size_t>(id) <= fighters.size(); }
  // The id of the acting fighter; 0 before the first turn and after the last.
  int active() const;
};

enum class Act { guard = 0, attack = 1, tactic = 2, surrender = 3, rules = 4 };

struct Action {
  Act act = Act::guard;
  int unit = 0;  // with Act::surrender any fighter of the side that gives up
  bool moves = false;
  Cell to{};
  std::string tactic{};
  int target = 0;          // a fighter's id; 0 when the act needs none
  bool automatic = false;  // chosen by the host, because the player was silent
};

// The result of an action on one fighter.
struct Hit {
  int unit = 0;
  int damage = 0;  // below zero: healed
  int hp = 0;      // after the hit
  bool critical = false;
  bool flank = false;
};

int distance(Cell a, Cell b);
bool inside(Cell cell);
const Fighter* standing_at(const Field& field, Cell cell);
int move_range(const Fighter& fighter);
// 0 when the tactic is ready, else the turns to wait.
int turns_left(const Field& field, int unit, std::string_view tactic);

// Conversion between turns left, as in the v1 state, and absolute turns. The v1 state counts a
// cooldown down when its fighter's turn starts. So the conversion depends on whether that has
// already happened in this turn (`started`).
bool has_started(const Field& field, int unit);
int ready_at(int turn, bool started, int turns_left);
int relative(int turn, bool started, int ready_at_turn);

}  // namespace battle::rules
