// Accounts: the towns' tills and the treasury, which all modules that move gold know.
//
// Units   gold. Towns trade on credit and the treasury gives before it has anything: both may owe.
#pragma once

#include <serai/accounts.hpp>

namespace game {

inline constexpr serai::Accounts kTowns{.prefix = "town:", .below_zero = true};

inline std::string treasury() { return kTowns.of("treasury"); }

}  // namespace game
