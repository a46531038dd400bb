#include "rules/rules.hpp"

#include <catch2/catch.hpp>

using namespace campaign::rules;

TEST_CASE("stars are for winning, for haste and for losing nobody", "[campaign]") {
  CHECK(stars_of({.won = false, .turns = 3, .fallen = 0}) == 0);
  CHECK(stars_of({.won = true, .turns = 21, .fallen = 1}) == 1);
  CHECK(stars_of({.won = true, .turns = 20, .fallen = 1}) == 2);
  CHECK(stars_of({.won = true, .turns = 21, .fallen = 0}) == 2);
  CHECK(stars_of({.won = true, .turns = 20, .fallen = 0}) == 3);
}

TEST_CASE("every campaign has nodes with enemies that fit on the field", "[campaign]") {
  for (const Plan& plan : plans()) {
    CHECK(find_plan(plan.code) == &plan);
    CHECK(plan.nodes.size() >= 3);
    for (const NodePlan& node : plan.nodes) {
      CHECK(find_node(plan, node.code) == &node);
      CHECK((node.enemies >= 1 && node.enemies <= 5));
      CHECK(node.level >= 1);
    }
  }
  CHECK(find_plan("moon") == nullptr);
  CHECK(find_node(plans()[0], "moon") == nullptr);
}
