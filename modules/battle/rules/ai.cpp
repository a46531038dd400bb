#include <algorithm>
#include <tuple>

#include "rules/engine.hpp"

namespace battle::rules {
namespace {

// The enemy that a fighter acts against: the living taunter, else the nearest enemy. On a tie it is
// the enemy with less health, then the one with the lower id. Null when no enemy lives.
const Fighter* prey_of(const Field& field, const Fighter& fighter) {
  if (fighter.taunted_by != 0 && field.fighter(fighter.taunted_by).alive()) {
    return &field.fighter(fighter.taunted_by);
  }
  const Fighter* best = nullptr;
  const auto rank = [&](const Fighter& enemy) {
    return std::tuple(distance(fighter.at, enemy.at), enemy.hp, enemy.id);
  };
  for (const Fighter& enemy : field.fighters) {
    if (enemy.side == fighter.side || !enemy.alive()) continue;
    if (best == nullptr || rank(enemy) < rank(*best)) best = &enemy;
  }
  return best;
}

// The free cell within reach that is nearest to the prey; on a tie the fighter stays.
Cell approach(const Field& field, const Fighter& fighter, Cell prey) {
  Cell best = fighter.at;
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const Cell cell{x, y};
      if (distance(fighter.at, cell) > move_range(fighter)) continue;
      if (standing_at(field, cell) != nullptr) continue;
      if (distance(cell, prey) < distance(best, prey)) best = cell;
    }
  }
  return best;
}

}  // namespace

Action choose(const Field& field, const RuleBook& book, int unit) {
  const Fighter& fighter = field.fighter(unit);
  const Fighter* prey = prey_of(field, fighter);
  Action action{.act = Act::guard, .unit = unit};
  if (prey == nullptr) return action;

  action.to = approach(field, fighter, prey->at);
  action.moves = action.to != fighter.at;
  action.target = prey->id;
  action.act = Act::tactic;
  for (const Tactic& tactic : book.tactics) {
    if (tactic.aim != Aim::enemy) continue;
    action.tactic = tactic.name;
    if (check(field, book, action) == nullptr) return action;
  }
  action.act = Act::attack;
  action.tactic.clear();
  if (check(field, book, action) == nullptr) return action;
  action.act = Act::guard;
  action.target = 0;
  return action;
}

}  // namespace battle::rules
