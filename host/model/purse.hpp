// Purse: the ledger accounts that hold the players' money of one currency. A player's account is
// the prefix and the user id.
//
// Thread  any; plain values.
#pragma once

#include <string>
#include <string_view>

namespace serai {

// Every release has the purse of gold. Modules declare others.
inline constexpr std::string_view kGold = "gold";
inline constexpr std::string_view kGoldPurse = "player:";

struct Purse {
  std::string currency;  // "gems"
  std::string prefix;    // "gems:"
  friend bool operator==(const Purse&, const Purse&) = default;
};

}  // namespace serai
