// Hex: writes numbers and digests as texts for players.
#pragma once

#include <string>
#include <string_view>

namespace trade {

// The eight bytes of a number, highest first.
std::string big_endian(unsigned long long number);

// Two lower-case digits a byte.
std::string hex(std::string_view bytes);

}  // namespace trade
