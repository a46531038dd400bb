#include "rules/rules.hpp"

#include <catch2/catch.hpp>

using namespace character::rules;

TEST_CASE("a level costs a hundred times its square and gives three points", "[character]") {
  CHECK(grow({.level = 1, .xp = 0, .points = 0}, 99) == Growth{1, 99, 0});
  CHECK(grow({.level = 1, .xp = 0, .points = 0}, 100) == Growth{2, 0, 3});
  CHECK(grow({.level = 1, .xp = 50, .points = 1}, 100 + 400) == Growth{3, 50, 7});
  CHECK(grow({.level = 5, .xp = 0, .points = 0}, -10) == Growth{5, 0, 0});
}

TEST_CASE("growth stops at level sixty", "[character]") {
  const Growth grown = grow({}, 2'000'000'000);

  CHECK(grown.level == kLevelMax);
  CHECK(grown.xp == 0);
  CHECK(grown.points == 3 * 59);
}

TEST_CASE("health is eighty and twenty a level and five a point of vitality", "[character]") {
  CHECK(hp_of(1, 0) == 100);
  CHECK(hp_of(10, 4) == 300);
  CHECK(raise(attributes_of("mage"), {.vit = 2, .spd = 1}, 3).hp == 150);
}

TEST_CASE("points are spent once and never below zero", "[character]") {
  CHECK(check_spend({.vit = 2, .atk = 1}, 3) == nullptr);
  CHECK(check_spend({.vit = 2, .atk = 2}, 3) == std::string("not_enough_points"));
  CHECK(check_spend({.vit = 4, .atk = -1}, 3) == std::string("not_enough_points"));
  CHECK(check_spend({.vit = 3, .atk = -1}, 3) == std::string("negative_points"));
  CHECK(check_spend({.vit = 2'000'000'000, .atk = 2'000'000'000}, 3) ==
        std::string("not_enough_points"));
  CHECK(check_spend({}, 3) == std::string("nothing_to_spend"));
}

TEST_CASE("a character is held by one thing, and a traveller by its battle too", "[character]") {
  const std::string busy = "character_busy";
  CHECK(check_lock(Status::idle, "", "caravan:1", "caravan:1") == nullptr);
  CHECK(check_lock(Status::idle, "", "battle:1", "battle:1") == nullptr);
  CHECK(check_lock(Status::travelling, "caravan:1", "battle:1", "caravan:1") == nullptr);
  CHECK(check_lock(Status::travelling, "caravan:1", "battle:1", "battle:1") == busy);
  CHECK(check_lock(Status::travelling, "caravan:1", "battle:1", "caravan:2") == busy);
  CHECK(check_lock(Status::travelling, "caravan:1", "caravan:1", "caravan:1") == nullptr);
  CHECK(check_lock(Status::travelling, "caravan:1", "caravan:2", "caravan:2") == busy);
  CHECK(check_lock(Status::in_battle, "battle:1", "battle:2", "battle:2") == busy);
  CHECK(check_lock(Status::idle, "", "picnic:1", "picnic:1") == std::string("ref_malformed"));
}

TEST_CASE("the day's gold stops at its cap", "[character]") {
  CHECK(within_cap(0, 30) == 30);
  CHECK(within_cap(kDailyGoldMax - 10, 30) == 10);
  CHECK(within_cap(kDailyGoldMax, 30) == 0);
  CHECK(within_cap(0, -5) == 0);
}

TEST_CASE("a name has letters, bounds and no control characters", "[character]") {
  CHECK(check_name("Ann") == nullptr);
  CHECK(check_name("") == std::string("name_missing"));
  CHECK(check_name(std::string(49, 'a')) == std::string("name_too_long"));
  CHECK(check_name(" Ann") == std::string("name_malformed"));
  CHECK(check_name("An\nn") == std::string("name_malformed"));
}
