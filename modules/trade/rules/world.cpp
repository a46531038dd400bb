#include "rules/world.hpp"

#include <algorithm>
#include <array>

namespace trade::world {
namespace {

struct Price {
  std::string_view good;
  std::int64_t base;
};
constexpr std::array<Price, 4> kPrices{
    {{"cloth", 60}, {"grain", 20}, {"iron", 90}, {"spice", 150}}};

constexpr std::array<Stock, 4> kHarbor{
    {{"cloth", 120, 80}, {"grain", 300, 120}, {"iron", 40, 120}, {"spice", 60, 60}}};
constexpr std::array<Stock, 4> kOasis{
    {{"cloth", 60, 90}, {"grain", 80, 240}, {"iron", 60, 60}, {"spice", 160, 40}}};
constexpr std::array<Stock, 4> kCitadel{
    {{"cloth", 40, 140}, {"grain", 120, 260}, {"iron", 80, 140}, {"spice", 30, 150}}};
constexpr std::array<Stock, 4> kMines{
    {{"cloth", 30, 90}, {"grain", 60, 200}, {"iron", 240, 50}, {"spice", 20, 60}}};

constexpr std::array<Town, 4> kTowns{{{"harbor", "Harbor", kHarbor},
                                      {"oasis", "Oasis", kOasis},
                                      {"citadel", "Citadel", kCitadel},
                                      {"mines", "Mines", kMines}}};

constexpr std::array<Segment, 8> kSegments{{{"harbor_oasis", "harbor", "oasis", 3, 900, 8},
                                            {"oasis_harbor", "oasis", "harbor", 3, 900, 8},
                                            {"oasis_citadel", "oasis", "citadel", 4, 5800, 12},
                                            {"citadel_oasis", "citadel", "oasis", 4, 5800, 12},
                                            {"harbor_mines", "harbor", "mines", 2, 1500, 5},
                                            {"mines_harbor", "mines", "harbor", 2, 1500, 5},
                                            {"mines_citadel", "mines", "citadel", 5, 3200, 20},
                                            {"citadel_mines", "citadel", "mines", 5, 3200, 20}}};

}  // namespace

std::span<const Town> towns() { return kTowns; }
std::span<const Segment> segments() { return kSegments; }

const Town* find_town(std::string_view code) {
  const auto* found = std::find_if(
      kTowns.begin(), kTowns.end(), [&](const Town& town) { return town.code == code; });
  return found == kTowns.end() ? nullptr : found;
}

const Segment* find_segment(std::string_view code) {
  const auto* found = std::find_if(kSegments.begin(), kSegments.end(), [&](const Segment& segment) {
    return segment.code == code;
  });
  return found == kSegments.end() ? nullptr : found;
}

std::int64_t base_price(std::string_view good) {
  const auto* found = std::find_if(
      kPrices.begin(), kPrices.end(), [&](const Price& price) { return price.good == good; });
  return found == kPrices.end() ? 0 : found->base;
}

}  // namespace trade::world
