#include "rules/rules.hpp"

#include <algorithm>
#include <array>

namespace campaign::rules {
namespace {

constexpr std::array<NodePlan, 3> kDesertRoad{{{"gate", 1, 1}, {"well", 2, 1}, {"ruins", 2, 2}}};
constexpr std::array<NodePlan, 4> kIronHills{
    {{"ford", 2, 2}, {"quarry", 3, 2}, {"forge", 3, 4}, {"keep", 5, 5}}};

constexpr std::array<Plan, 2> kPlans{{{"desert_road", "The Desert Road", 50, kDesertRoad},
                                      {"iron_hills", "The Iron Hills", 120, kIronHills}}};

}  // namespace

std::span<const Plan> plans() { return kPlans; }

const Plan* find_plan(std::string_view code) {
  const auto* found = std::find_if(
      kPlans.begin(), kPlans.end(), [&](const Plan& plan) { return plan.code == code; });
  return found == kPlans.end() ? nullptr : found;
}

const NodePlan* find_node(const Plan& plan, std::string_view code) {
  for (const NodePlan& node : plan.nodes) {
    if (node.code == code) return &node;
  }
  return nullptr;
}

int stars_of(const Fight& fight) {
  if (!fight.won) return 0;
  return 1 + (fight.turns <= kQuickTurns ? 1 : 0) + (fight.fallen == 0 ? 1 : 0);
}

}  // namespace campaign::rules
