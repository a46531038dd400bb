#include "rules/rules.hpp"

#include <algorithm>

#include "dice.hpp"

namespace trade::rules {
namespace {

constexpr int kCaravanUnit = 0;  // a caravan's draws use unit 0 and its segment as the turn
constexpr int kAmbushDraw = 0;
constexpr int kFleeDraw = 1;

}  // namespace

std::int64_t mid_price(std::int64_t base, int stock, int demand) {
  const std::int64_t gap = std::int64_t{demand} - stock;
  const std::int64_t all = std::int64_t{demand} + stock + 1;
  return base * (10000 + 5000 * gap / all) / 10000;
}

std::int64_t price(std::int64_t base, int stock, int demand, Way way) {
  const std::int64_t mid = mid_price(base, stock, demand);
  return std::max<std::int64_t>(1, mid * (way == Way::buy ? 102 : 98) / 100);
}

std::int64_t total(std::int64_t base, int stock, int demand, int quantity, Way way) {
  std::int64_t sum = 0;
  for (int n = 0; n < quantity; ++n) {
    sum += price(base, stock, demand, way);
    stock += way == Way::buy ? -1 : 1;
  }
  return sum;
}

const char* check_quantity(int quantity) {
  if (quantity < 1) return "quantity_too_small";
  return quantity > kCargoMax ? "quantity_too_large" : nullptr;
}

const char* check_path(std::string_view from, std::span<const std::string> path) {
  if (path.empty()) return "path_empty";
  if (path.size() > static_cast<std::size_t>(kPathMax)) return "path_too_long";
  for (const std::string& code : path) {
    const world::Segment* segment = world::find_segment(code);
    if (segment == nullptr) return "unknown_segment";
    if (segment->from != from) return "path_broken";
    from = segment->to;
  }
  return nullptr;
}

std::int64_t tolls(std::span<const std::string> path) {
  std::int64_t sum = 0;
  for (const std::string& code : path) sum += world::find_segment(code)->toll;
  return sum;
}

int risk_bp(int base_bp, std::int64_t cargo_value, int guards) {
  const std::int64_t risk = base_bp + cargo_value / 100 - 150 * std::int64_t{guards};
  return static_cast<int>(std::clamp<std::int64_t>(risk, 50, 6000));
}

bool is_ambushed(std::uint64_t risk_seed, int segment, int risk) {
  return dice::roll(dice::draw(risk_seed, segment, kCaravanUnit, kAmbushDraw), 10000) < risk;
}

std::int64_t ransom(std::int64_t cargo_value) { return cargo_value * 12 / 100; }

int flee_percent(int speed) { return 35 + speed / 4; }

bool flees(std::uint64_t risk_seed, int segment, int speed) {
  const std::uint64_t drawn = dice::draw(risk_seed, segment, kCaravanUnit, kFleeDraw);
  return dice::roll(drawn, 100) < flee_percent(speed);
}

int share(int quantity, int percent) { return (quantity * percent + 99) / 100; }

Band bandits_on(const world::Segment& segment, int guards) {
  return {.count = std::max(1, guards), .level = 1 + segment.base_bp / 3000};
}

}  // namespace trade::rules
