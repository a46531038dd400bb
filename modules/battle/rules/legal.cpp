#include <algorithm>

#include "rules/damage.hpp"
#include "rules/engine.hpp"

namespace battle::rules {
namespace {

const char* check_move(const Field& field, const Fighter& fighter, const Action& action) {
  if (!action.moves || action.to == fighter.at) return nullptr;
  if (!inside(action.to)) return "outside_the_field";
  if (distance(fighter.at, action.to) > move_range(fighter)) return "too_far_to_move";
  return standing_at(field, action.to) != nullptr ? "cell_taken" : nullptr;
}

const char* check_enemy(const Field& field,
                        const Fighter& fighter,
                        const Action& action,
                        int range) {
  if (!field.has(action.target)) return "no_such_target";
  const Fighter& target = field.fighter(action.target);
  if (target.side == fighter.side) return "not_an_enemy";
  if (!target.alive()) return "target_has_fallen";
  const bool bound = fighter.taunted_by != 0 && field.fighter(fighter.taunted_by).alive();
  if (bound && fighter.taunted_by != action.target) return "taunted";
  const Cell from = action.moves ? action.to : fighter.at;
  return distance(from, target.at) > range ? "out_of_range" : nullptr;
}

const char* check_ally(const Field& field,
                       const Fighter& fighter,
                       const Action& action,
                       int range) {
  if (!field.has(action.target)) return "no_such_target";
  const Fighter& target = field.fighter(action.target);
  if (target.side != fighter.side) return "not_an_ally";
  if (!target.alive()) return "target_has_fallen";
  const Cell from = action.moves ? action.to : fighter.at;
  const Cell there = target.id == fighter.id ? from : target.at;
  return distance(from, there) > range ? "out_of_range" : nullptr;
}

const char* check_tactic(const Field& field, const RuleBook& book, const Action& action) {
  const Fighter& fighter = field.fighter(action.unit);
  const Tactic* tactic = find_tactic(book, action.tactic);
  if (tactic == nullptr) return "unknown_tactic";
  if (!has_tactic(book, fighter, action.tactic)) return "tactic_not_equipped";
  if (turns_left(field, action.unit, action.tactic) > 0) return "tactic_not_ready";
  switch (tactic->aim) {
    case Aim::enemy:
    case Aim::three_enemies:
      return check_enemy(field, fighter, action, tactic->range);
    case Aim::ally:
      return check_ally(field, fighter, action, tactic->range);
    case Aim::self:
      return action.target == 0 ? nullptr : "no_such_target";
  }
  return "unknown_tactic";
}

}  // namespace

const Tactic* find_tactic(const RuleBook& book, std::string_view name) {
  const auto found = std::find_if(book.tactics.begin(),
                                  book.tactics.end(),
                                  [&](const Tactic& tactic) { return tactic.name == name; });
  return found == book.tactics.end() ? nullptr : &*found;
}

bool has_tactic(const RuleBook& book, const Fighter& fighter, std::string_view tactic) {
  if (book.innate != nullptr && book.innate(fighter, tactic)) return true;
  return std::find(fighter.tactics.begin(), fighter.tactics.end(), tactic) != fighter.tactics.end();
}

const char* check_place(const Field& field, int unit, Cell cell) {
  if (!field.has(unit)) return "no_such_unit";
  if (!inside(cell)) return "outside_the_field";
  const int column = field.fighter(unit).side == 0 ? cell.x : kWidth - 1 - cell.x;
  if (column > 1) return "not_your_ground";
  const Fighter* there = standing_at(field, cell);
  return there != nullptr && there->id != unit ? "cell_taken" : nullptr;
}

const char* check(const Field& field, const RuleBook& book, const Action& action) {
  if (field.over() || field.turn == 0) return "not_fighting";
  if (!field.has(action.unit)) return "no_such_unit";
  if (action.act == Act::surrender) return nullptr;
  if (action.unit != field.active()) return "not_your_turn";
  const Fighter& fighter = field.fighter(action.unit);
  if (const char* code = check_move(field, fighter, action)) return code;
  switch (action.act) {
    case Act::guard:
      return action.target == 0 ? nullptr : "no_such_target";
    case Act::attack:
      return check_enemy(field, fighter, action, 1);
    case Act::tactic:
      return check_tactic(field, book, action);
    default:
      return "unknown_action";
  }
}

}  // namespace battle::rules
