#include "v2/rules_2.hpp"

#include <algorithm>
#include <array>

namespace battle::rules {
namespace {

constexpr int kBleedTurns = 3;
constexpr int kBleedShare = 20;
constexpr int kMoraleLost = 20;
constexpr int kMoraleLow = 50;
constexpr int kLowPercent = 75;

constexpr std::array<Tactic, 6> kTactics{{
    {"strike", Aim::enemy, 1, 130, 2},
    {"volley", Aim::enemy, 4, 80, 2},
    {"heal", Aim::ally, 3, 25, 3},
    {"taunt", Aim::self, 3, 0, 4},
    {"sweep", Aim::three_enemies, 1, 70, 3},
    {"bleed", Aim::enemy, 1, 60, 3},
}};

// Scouts have "bleed" without a slot.
bool innate(const Fighter& fighter, std::string_view tactic) {
  return tactic == "bleed" && fighter.type == "scout";
}

std::vector<Hit> turn_starts(Field& field, Fighter& fighter) {
  std::vector<Hit> hits;
  for (const Effect& effect : field.effects) {
    if (effect.unit != fighter.id) continue;
    hits.push_back(
        {.unit = fighter.id, .damage = effect.power, .hp = std::max(0, fighter.hp - effect.power)});
  }
  std::erase_if(field.effects, [&](const Effect& effect) {
    return effect.unit == fighter.id && effect.ends_after_turn <= field.turn;
  });
  return hits;
}

// A fighter has one wound at a time. A new wound replaces the old one.
void struck(Field& field, const Fighter&, const Fighter& target, std::string_view tactic) {
  if (tactic != "bleed") return;
  std::erase_if(field.effects, [&](const Effect& effect) { return effect.unit == target.id; });
  const int this_turn = has_started(field, target.id) ? 0 : 1;
  field.effects.push_back({.unit = target.id,
                           .name = "bleed",
                           .power = std::max(1, target.hp_max / kBleedShare),
                           .ends_after_turn = field.turn + kBleedTurns - this_turn});
}

void fell(Field& field, const Fighter& fallen) {
  for (Fighter& friend_of : field.fighters) {
    if (friend_of.side != fallen.side) continue;
    friend_of.morale = std::max(0, friend_of.morale - kMoraleLost);
  }
}

int damage_percent(const Fighter& striker) {
  return striker.morale < kMoraleLow ? kLowPercent : 100;
}

constexpr RuleBook kBook2{.version = 2,
                          .tactics = kTactics,
                          .innate = innate,
                          .turn_starts = turn_starts,
                          .struck = struck,
                          .fell = fell,
                          .damage_percent = damage_percent};

}  // namespace

const RuleBook& book_2() { return kBook2; }

}  // namespace battle::rules
