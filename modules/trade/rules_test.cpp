#include "rules/rules.hpp"

#include <catch2/catch.hpp>

#include "dice.hpp"
#include "rules/hex.hpp"

using namespace trade::rules;
namespace world = trade::world;

TEST_CASE("the price follows stock and demand", "[trade]") {
  CHECK(mid_price(100, 50, 50) == 100);
  CHECK(mid_price(100, 0, 99) == 149);
  CHECK(mid_price(100, 99, 0) == 50);
  CHECK(price(100, 50, 50, Way::buy) == 102);
  CHECK(price(100, 50, 50, Way::sell) == 98);
  CHECK(price(1, 99, 0, Way::sell) == 1);
}

TEST_CASE("buying everything and selling it back earns nothing", "[trade]") {
  for (const world::Town& town : world::towns()) {
    for (const world::Stock& good : town.goods) {
      const auto base = world::base_price(good.good);
      const auto paid = total(base, good.stock, good.demand, good.stock, Way::buy);
      const auto earned = total(base, 0, good.demand, good.stock, Way::sell);
      CHECK(earned <= paid);
    }
  }
}

TEST_CASE("risk rises with the cargo, falls with guards, and stays within its bounds", "[trade]") {
  CHECK(risk_bp(900, 10'000, 2) == 900 + 100 - 300);
  CHECK(risk_bp(100, 0, 3) == 50);
  CHECK(risk_bp(5800, 1'000'000, 0) == 6000);
}

TEST_CASE("ambushes come as often as the quoted risk says", "[trade]") {
  constexpr int kTrials = 100'000;
  constexpr int kRisk = 1500;
  int ambushes = 0;

  for (int n = 0; n < kTrials; ++n) {
    ambushes += is_ambushed(dice::mix(static_cast<std::uint64_t>(n)), n % 8, kRisk) ? 1 : 0;
  }

  const double expected = kTrials * (kRisk / 10000.0);
  const double variance = expected * (1 - kRisk / 10000.0);
  CHECK((ambushes - expected) * (ambushes - expected) / variance < 10.83);  // chi-square, p = 0.001
}

TEST_CASE("flight gets likelier with speed and a ransom is twelve percent", "[trade]") {
  CHECK(flee_percent(0) == 35);
  CHECK(flee_percent(40) == 45);
  CHECK(ransom(1000) == 120);
}

TEST_CASE("a lost share counts a started piece whole", "[trade]") {
  CHECK(share(10, 20) == 2);
  CHECK(share(11, 20) == 3);
  CHECK(share(1, 50) == 1);
  CHECK(share(0, 50) == 0);
}

TEST_CASE("a path must hang together", "[trade]") {
  const std::vector<std::string> good{"harbor_oasis", "oasis_citadel"};
  const std::vector<std::string> broken{"harbor_oasis", "mines_citadel"};
  const std::vector<std::string> unknown{"harbor_moon"};

  CHECK(check_path("harbor", good) == nullptr);
  CHECK(check_path("oasis", good) == std::string("path_broken"));
  CHECK(check_path("harbor", broken) == std::string("path_broken"));
  CHECK(check_path("harbor", unknown) == std::string("unknown_segment"));
  CHECK(check_path("harbor", std::vector<std::string>{}) == std::string("path_empty"));
  CHECK(tolls(good) == 20);
}

TEST_CASE("every road leads somewhere and has a way back", "[trade]") {
  for (const world::Segment& segment : world::segments()) {
    CHECK(world::find_town(segment.from) != nullptr);
    CHECK(world::find_town(segment.to) != nullptr);
    CHECK(world::find_segment(std::string(segment.to) + "_" + std::string(segment.from)) !=
          nullptr);
  }
}

TEST_CASE("a seed is shown by its bytes, the highest first", "[trade]") {
  CHECK(trade::hex(trade::big_endian(0x0123456789abcdefULL)) == "0123456789abcdef");
  CHECK(trade::hex(trade::big_endian(10)) == "000000000000000a");
}
