// Rules of campaigns: their nodes in order, and their rewards.
//
// Thread  any; constants and pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace campaign::rules {

constexpr int kHeroesMax = 5;
constexpr int kQuickTurns = 20;
constexpr int kXpPerStar = 40;

struct NodePlan {
  std::string_view code;
  int enemies = 1;
  int level = 1;
};

struct Plan {
  std::string_view code;
  std::string_view name;
  std::int64_t gold_per_star = 0;
  std::span<const NodePlan> nodes;  // each opens the next
};

std::span<const Plan> plans();
const Plan* find_plan(std::string_view code);
const NodePlan* find_node(const Plan& plan, std::string_view code);

struct Fight {
  bool won = false;
  int turns = 0;
  int fallen = 0;
};
// One star for the victory, one for at most kQuickTurns turns, one for no fallen fighter; 0 without
// a victory.
int stars_of(const Fight& fight);

}  // namespace campaign::rules
