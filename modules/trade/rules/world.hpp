// World: the towns, goods and roads at the start of the game.
//
// Units   gold, pieces, hours; chances in basis points.
// Owner   constants for the life of the program.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace trade::world {

struct Stock {
  std::string_view good;
  int stock = 0;  // at the start; production stops at this number
  int demand = 0;
};

struct Town {
  std::string_view code;
  std::string_view name;
  std::span<const Stock> goods;
};

struct Segment {
  std::string_view code;
  std::string_view from;
  std::string_view to;
  int hours = 0;
  int base_bp = 0;  // the risk of an ambush without cargo and guards
  std::int64_t toll = 0;
};

std::span<const Town> towns();
std::span<const Segment> segments();
const Town* find_town(std::string_view code);
const Segment* find_segment(std::string_view code);
// The base price; 0 for an unknown good.
std::int64_t base_price(std::string_view good);

}  // namespace trade::world
