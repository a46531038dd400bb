#include "base/recent_map.hpp"

#include <catch2/catch.hpp>

using namespace serai;

TEST_CASE("a recent map finds keys of both halves, and drops the oldest", "[recent_map]") {
  RecentMap<int, int> map(4);
  for (int key = 1; key <= 4; ++key) map.at(key) = key * 10;
  REQUIRE(map.find(1) != nullptr);
  CHECK(*map.find(1) == 10);
  CHECK(*map.find(4) == 40);
  CHECK(map.find(5) == nullptr);
  map.at(5) = 50;
  CHECK(map.find(1) == nullptr);
  CHECK(*map.find(3) == 30);
}
