#include "rules/damage.hpp"

#include <algorithm>
#include <cstdlib>

#include "dice.hpp"

namespace battle::rules {

Cell towards(Cell from, Cell to) {
  const int dx = to.x - from.x;
  const int dy = to.y - from.y;
  if (dx == 0 && dy == 0) return {0, 0};
  if (std::abs(dx) >= std::abs(dy)) return {dx > 0 ? 1 : -1, 0};
  return {0, dy > 0 ? 1 : -1};
}

bool is_behind(const Fighter& target, Cell striker) {
  const Cell side = towards(target.at, striker);
  return side.x == -target.facing.x && side.y == -target.facing.y && side != Cell{};
}

Hit blow(const Field& field, const Fighter& striker, const Fighter& target, const Blow& how) {
  const auto draw = [&](int n) { return dice::draw(field.seed, field.turn, striker.id, n); };
  Hit hit{.unit = target.id};
  hit.flank = is_behind(target, striker.at);
  hit.critical = dice::roll(draw(how.draw_index + 1), 100) < 5 + striker.spd / 10;

  const int raw = striker.atk * how.power / 100 * 100 / (100 + target.def);
  int damage = raw * (90 + dice::roll(draw(how.draw_index), 21)) / 100;
  damage = damage * (hit.flank ? 125 : 100) / 100;
  if (hit.critical) damage = damage * 3 / 2;
  if (target.guarding) damage /= 2;
  damage = damage * how.percent / 100;

  hit.damage = std::max(1, damage);
  hit.hp = std::max(0, target.hp - hit.damage);
  return hit;
}

}  // namespace battle::rules
