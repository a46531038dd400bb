// Rules of a character: how it grows, what it may be called, what it can carry into a fight.
//
// Units   whole numbers; experience counts towards the next level only.
// Errors  a broken rule is a code for the client, or nullptr.
// Thread  any; pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace character::rules {

constexpr int kLevelMax = 60;
constexpr int kPointsPerLevel = 3;
constexpr int kTacticsMax = 4;
constexpr int kRosterMax = 8;
constexpr std::size_t kNameBytesMax = 48;
constexpr std::int64_t kStartingPurse = 1000;
constexpr std::int64_t kDailyGoldMax = 5000;

struct Attributes {
  int hp = 0;
  int atk = 0;
  int def = 0;
  int spd = 0;
  int vit = 0;
  bool operator==(const Attributes&) const = default;
};

struct Growth {
  int level = 1;
  int xp = 0;
  int points = 0;
  bool operator==(const Growth&) const = default;
};

bool is_class(std::string_view name);

// What a fresh character of a class has, at level 1.
Attributes attributes_of(std::string_view class_name);
std::vector<std::string> tactics_of(std::string_view class_name);

constexpr int xp_to_next(int level) { return 100 * level * level; }
constexpr int hp_of(int level, int vit) { return 80 + 20 * level + 5 * vit; }

// Adds experience; levels and points follow. At the cap experience stops.
Growth grow(Growth growth, int xp);

// The points to spend; negative ones are a trick.
struct Spend {
  int vit = 0;
  int atk = 0;
  int def = 0;
  int spd = 0;
};
const char* check_spend(const Spend& spend, int points);
int total(const Spend& spend);
Attributes raise(Attributes attributes, const Spend& spend, int level);

const char* check_name(std::string_view name);

// A character is taken by one thing at a time; a traveller once more, by a battle that its own
// journey calls for. `taker` is the entity that asks, "<kind>:<key>".
enum class Status { idle, travelling, in_battle };
const char* check_lock(Status status,
                       std::string_view held_by,
                       std::string_view ref,
                       std::string_view taker);
Status status_for(std::string_view ref);

// Gold a player may still be given on a day: the cap less what the day has paid.
std::int64_t within_cap(std::int64_t paid_today, std::int64_t gold);

}  // namespace character::rules
