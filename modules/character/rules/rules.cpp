#include "rules/rules.hpp"

#include <algorithm>
#include <array>

namespace character::rules {
namespace {

struct ClassRow {
  std::string_view name;
  int atk;
  int def;
  int spd;
  std::array<std::string_view, 2> tactics;
};

constexpr std::array<ClassRow, 3> kClasses{{
    {"guard", 20, 20, 20, {"strike", "taunt"}},
    {"scout", 24, 12, 40, {"strike", "volley"}},
    {"mage", 28, 8, 28, {"volley", "heal"}},
}};

const ClassRow* find_class(std::string_view name) {
  const auto* row = std::find_if(kClasses.begin(), kClasses.end(), [&](const ClassRow& candidate) {
    return candidate.name == name;
  });
  return row == kClasses.end() ? nullptr : row;
}

}  // namespace

bool is_class(std::string_view name) { return find_class(name) != nullptr; }

Attributes attributes_of(std::string_view class_name) {
  const ClassRow* row = find_class(class_name);
  if (row == nullptr) return {};
  return {.hp = hp_of(1, 0), .atk = row->atk, .def = row->def, .spd = row->spd, .vit = 0};
}

std::vector<std::string> tactics_of(std::string_view class_name) {
  const ClassRow* row = find_class(class_name);
  if (row == nullptr) return {};
  return {row->tactics.begin(), row->tactics.end()};
}

Growth grow(Growth growth, int xp) {
  growth.xp += std::max(0, xp);
  while (growth.level < kLevelMax && growth.xp >= xp_to_next(growth.level)) {
    growth.xp -= xp_to_next(growth.level);
    growth.level += 1;
    growth.points += kPointsPerLevel;
  }
  if (growth.level == kLevelMax) growth.xp = 0;
  return growth;
}

int total(const Spend& spend) { return spend.vit + spend.atk + spend.def + spend.spd; }

const char* check_spend(const Spend& spend, int points) {
  for (const int value : {spend.vit, spend.atk, spend.def, spend.spd}) {
    if (value < 0 || value > points) return value < 0 ? "negative_points" : "not_enough_points";
  }
  if (total(spend) == 0) return "nothing_to_spend";
  return total(spend) > points ? "not_enough_points" : nullptr;
}

Attributes raise(Attributes attributes, const Spend& spend, int level) {
  attributes.vit += spend.vit;
  attributes.atk += spend.atk;
  attributes.def += spend.def;
  attributes.spd += spend.spd;
  attributes.hp = hp_of(level, attributes.vit);
  return attributes;
}

const char* check_name(std::string_view name) {
  if (name.empty()) return "name_missing";
  if (name.size() > kNameBytesMax) return "name_too_long";
  if (name.front() == ' ' || name.back() == ' ') return "name_malformed";
  const bool has_control = std::any_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
  return has_control ? "name_malformed" : nullptr;
}

Status status_for(std::string_view ref) {
  return ref.starts_with("battle:") ? Status::in_battle : Status::travelling;
}

const char* check_lock(Status status,
                       std::string_view held_by,
                       std::string_view ref,
                       std::string_view taker) {
  if (!ref.starts_with("battle:") && !ref.starts_with("caravan:")) return "ref_malformed";
  if (held_by == ref) return nullptr;  // a repeated call: its own lock
  if (status == Status::idle) return nullptr;
  const bool to_arms =
      status == Status::travelling && held_by == taker && status_for(ref) == Status::in_battle;
  return to_arms ? nullptr : "character_busy";
}

std::int64_t within_cap(std::int64_t paid_today, std::int64_t gold) {
  return std::clamp<std::int64_t>(kDailyGoldMax - paid_today, 0, std::max<std::int64_t>(gold, 0));
}

}  // namespace character::rules
