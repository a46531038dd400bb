// Accounts: ledger accounts that belong to the game, declared by the prefix of their names.
//
//   constexpr serai::Accounts kTowns{.prefix = "town:", .below_zero = true};
//   constexpr auto kModule = serai::module("trade", "1.0.0", kTown).accounts(kTowns);
//   … Transfer(key, "toll").move(kTowns.of("harbor"), "player:" + id, 12) …
//
// Rules   a transfer may name a declared account, "player:<user id>", "mint" or "sink"; a transfer
//         with any other account fails the call. A module declares every prefix it uses; all
//         modules of one release must declare a shared prefix alike.
// Money   a transfer moves one currency. "player:<user id>" is the purse of gold; "mint" and "sink"
//         have all currencies. A purse may not be below zero, and a currency has one purse.
// Owner   constants; texts are literals.
#pragma once

#include <string>
#include <string_view>

namespace serai::inline face {

struct Accounts {
  std::string_view prefix;  // a name of a-z 0-9 _ - and a colon
  bool below_zero = false;  // balances may be negative
  std::string_view currency = "gold";
  bool purse = false;  // of(user id) is the player's purse of the currency, shown in the wallet

  // The full name of one account: the prefix and `name`.
  std::string of(std::string_view name) const { return std::string(prefix).append(name); }
};

}  // namespace serai::inline face
