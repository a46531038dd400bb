// Accounts: the accounts of the ledger that belong to the game, by what their names begin with.
//
//   constexpr serai::Accounts kTowns{.prefix = "town:", .below_zero = true};
//   constexpr auto kModule = serai::module("trade", "1.0.0", kTown).accounts(kTowns);
//   … Transfer(key, "toll").move(kTowns.of("harbor"), "player:" + id, 12) …
//
// Rules   a transfer names accounts of these, "player:<user id>", "mint" or "sink"; any other fails
//         the call. A module lists what it uses; modules of one release say the same of a prefix.
#pragma once

#include <string>
#include <string_view>

namespace serai::inline face {

struct Accounts {
  std::string_view prefix;  // a name and a colon
  bool below_zero = false;  // they may owe

  std::string of(std::string_view name) const { return std::string(prefix).append(name); }
};

}  // namespace serai::inline face
