#include "battle_moves.hpp"

#include <cstdlib>
#include <limits>

namespace serai::sim {
namespace {

using Json = nlohmann::json;

constexpr int kWidth = 8;
constexpr int kHeight = 5;

struct Cell {
  int x = 0;
  int y = 0;
};

Cell cell_of(const Json& unit) { return {unit.value("x", 0), unit.value("y", 0)}; }
int distance(Cell a, Cell b) { return std::abs(a.x - b.x) + std::abs(a.y - b.y); }

bool is_free(const Json& view, Cell at, int but_for) {
  for (const Json& unit : view.at("units")) {
    const Cell there = cell_of(unit);
    const bool stands = unit.value("hp", 0) > 0 && unit.value("id", 0) != but_for;
    if (stands && there.x == at.x && there.y == at.y) return false;
  }
  return true;
}

const Json* nearest_enemy(const Json& view, const Json& own) {
  const Json* found = nullptr;
  int best = std::numeric_limits<int>::max();
  for (const Json& unit : view.at("units")) {
    if (unit.value("side", 0) == own.value("side", 0) || unit.value("hp", 0) <= 0) continue;
    const int away = distance(cell_of(unit), cell_of(own));
    if (away < best) {
      best = away;
      found = &unit;
    }
  }
  return found;
}

Cell nearest_step(const Json& view, const Json& own, Cell goal) {
  const int reach = 2 + own.value("spd", 0) / 20;
  const Cell from = cell_of(own);
  Cell best = from;
  for (int x = 0; x < kWidth; ++x) {
    for (int y = 0; y < kHeight; ++y) {
      const Cell to{x, y};
      if (distance(from, to) > reach || !is_free(view, to, own.value("id", 0))) continue;
      if (distance(to, goal) < distance(best, goal)) best = to;
    }
  }
  return best;
}

}  // namespace

Json choose_move(const Json& view, Chance& chance) {
  const int active = view.value("active_unit", 0);
  if (active < 1 || chance.percent(8)) return {{"act", "GUARD"}};
  const Json& own = view.at("units").at(static_cast<std::size_t>(active) - 1);
  const Json* enemy = nearest_enemy(view, own);
  if (enemy == nullptr || chance.percent(3)) {
    return {{"act", "TACTIC"}, {"tactic", "heal"}, {"target", active}};
  }
  const Cell goal = cell_of(*enemy);
  const Cell to = nearest_step(view, own, goal);
  Json move{{"moves", true}, {"to_x", to.x}, {"to_y", to.y}};
  if (distance(to, goal) > 1) {
    move["act"] = "GUARD";
    return move;
  }
  move["act"] = "ATTACK";
  move["target"] = enemy->value("id", 0);
  const Json tactics = own.value("tactics", Json::array());
  const bool bleeds = own.value("class", "") == "scout" && chance.percent(30);
  if (bleeds || (!tactics.empty() && chance.percent(30))) {
    move["act"] = "TACTIC";
    move["tactic"] =
        bleeds ? std::string("bleed") : chance.of(tactics.get<std::vector<std::string>>());
  }
  return move;
}

}  // namespace serai::sim
