// Rules of a character: its growth, its name, its lock, and the limits of a player.
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

// The attributes of a new character of a class, at level 1.
Attributes attributes_of(std::string_view class_name);
std::vector<std::string> tactics_of(std::string_view class_name);

constexpr int xp_to_next(int level) { return 100 * level * level; }
constexpr int hp_of(int level, int vit) { return 80 + 20 * level + 5 * vit; }

// Adds experience, and the levels and points that it brings. At kLevelMax experience stays 0.
Growth grow(Growth growth, int xp);

// The points that a player spends. Clients may send negative ones, which check_spend() refuses.
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

// A character has one lock at a time, `held_by`. Only a traveller may get a second lock, for a
// battle of its own journey. `ref` is the requested lock, and `taker` the entity that requests it,
// "<kind>:<key>".
enum class Status { idle, travelling, in_battle };
const char* check_lock(Status status,
                       std::string_view held_by,
                       std::string_view ref,
                       std::string_view taker);
// The status of a character with the lock `ref`.
Status status_for(std::string_view ref);

// The part of `gold` that the daily cap allows, after `paid_today` has been paid.
std::int64_t within_cap(std::int64_t paid_today, std::int64_t gold);

}  // namespace character::rules
