// Rules of trade: prices by stock, the risk of a road, and the cost of an ambush.
//
// Units   gold and pieces; risks in basis points, chances in percent.
// Source  all formulas are the game's own. They use whole numbers and round down.
// Errors  a broken rule is a code for the client, or nullptr.
// Thread  any; pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/world.hpp"

namespace trade::rules {

constexpr int kGuardsMax = 3;
constexpr int kCargoMax = 500;
constexpr int kPathMax = 8;
constexpr int kFleeLossPercent = 20;
constexpr int kDefeatLossPercent = 50;

enum class Way { buy, sell };

// base * (1 + (demand - stock) / (demand + stock + 1) / 2): between half of `base` and one and a
// half.
std::int64_t mid_price(std::int64_t base, int stock, int demand);
// The price of one piece: the mid price plus 2 percent to buy, less 2 percent to sell; at least 1.
std::int64_t price(std::int64_t base, int stock, int demand, Way way);
// The price of `quantity` pieces. Each piece changes the stock, and so the price of the next. The
// caller checks that so many pieces are in stock.
std::int64_t total(std::int64_t base, int stock, int demand, int quantity, Way way);

const char* check_quantity(int quantity);
const char* check_path(std::string_view from, std::span<const std::string> path);
std::int64_t tolls(std::span<const std::string> path);

// base_bp, plus 1 for each 100 gold of cargo, less 150 for each guard; within 50 to 6000.
int risk_bp(int base_bp, std::int64_t cargo_value, int guards);
bool is_ambushed(std::uint64_t risk_seed, int segment, int risk);
// 12 percent of the value of the cargo.
std::int64_t ransom(std::int64_t cargo_value);
// The chance to flee: 35 percent, and 1 more for each 4 points of the slowest guard's speed.
int flee_percent(int speed);
bool flees(std::uint64_t risk_seed, int segment, int speed);
// A percentage of a quantity, rounded up.
int share(int quantity, int percent);

// The bandits of an ambush: as many as there are guards, and stronger on dangerous roads.
struct Band {
  int count = 1;
  int level = 1;
};
Band bandits_on(const world::Segment& segment, int guards);

}  // namespace trade::rules
