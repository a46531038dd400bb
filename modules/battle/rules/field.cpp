#include "rules/field.hpp"

#include <algorithm>
#include <cstdlib>

namespace battle::rules {

int Field::active() const {
  const auto at = static_cast<std::size_t>(position);
  return over() || at >= order.size() ? 0 : order[at];
}

int distance(Cell a, Cell b) { return std::abs(a.x - b.x) + std::abs(a.y - b.y); }

bool inside(Cell cell) { return cell.x >= 0 && cell.x < kWidth && cell.y >= 0 && cell.y < kHeight; }

const Fighter* standing_at(const Field& field, Cell cell) {
  for (const Fighter& fighter : field.fighters) {
    if (fighter.alive() && fighter.at == cell) return &fighter;
  }
  return nullptr;
}

int move_range(const Fighter& fighter) { return 2 + fighter.spd / 20; }

int turns_left(const Field& field, int unit, std::string_view tactic) {
  for (const Cooldown& cooldown : field.cooldowns) {
    if (cooldown.unit != unit || cooldown.tactic != tactic) continue;
    return relative(field.turn, has_started(field, unit), cooldown.ready_at_turn);
  }
  return 0;
}

bool has_started(const Field& field, int unit) {
  const auto found = std::find(field.order.begin(), field.order.end(), unit);
  return found != field.order.end() && found - field.order.begin() <= field.position;
}

int ready_at(int turn, bool started, int turns_left) {
  return turn + turns_left - (started ? 0 : 1);
}

int relative(int turn, bool started, int ready_at_turn) {
  return std::max(0, ready_at_turn - turn + (started ? 0 : 1));
}

}  // namespace battle::rules
