// Accounts: the towns and the treasury, used by all modules that move gold.
//
// Units   gold. The balances may be below zero: towns trade on credit, and the treasury pays purses
//         and campaign rewards before it has any income.
#pragma once

#include <serai/accounts.hpp>

namespace game {

inline constexpr serai::Accounts kTowns{.prefix = "town:", .below_zero = true};

inline std::string treasury() { return kTowns.of("treasury"); }

}  // namespace game
