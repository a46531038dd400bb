// Rules of trade: prices by stock, the risk of a road, and the cost of an ambush.
//
// Units   gold and pieces; risks in basis points, chances in percent.
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

std::int64_t mid_price(std::int64_t base, int stock, int demand);
std::int64_t price(std::int64_t base, int stock, int demand, Way way);
// The price of many at once: every piece shifts the stock. Buying needs them in stock.
std::int64_t total(std::int64_t base, int stock, int demand, int quantity, Way way);

const char* check_quantity(int quantity);
const char* check_path(std::string_view from, std::span<const std::string> path);
std::int64_t tolls(std::span<const std::string> path);

int risk_bp(int base_bp, std::int64_t cargo_value, int guards);
bool is_ambushed(std::uint64_t risk_seed, int segment, int risk);
std::int64_t ransom(std::int64_t cargo_value);
int flee_percent(int speed);
bool flees(std::uint64_t risk_seed, int segment, int speed);
// A percentage of a quantity, rounded up.
int share(int quantity, int percent);

struct Band {
  int count = 1;
  int level = 1;
};
Band bandits_on(const world::Segment& segment, int guards);

}  // namespace trade::rules
