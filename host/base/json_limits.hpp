// Limits on a JSON text from outside, applied while it is parsed, whatever it is for.
#pragma once

#include <cstddef>

namespace serai {

// Members and elements of one text, whether used or ignored: a megabyte can have hundreds of
// thousands, and each costs a look-up.
inline constexpr std::size_t kJsonValuesMax = 65'536;
inline constexpr std::size_t kJsonMapNamesMax = 4'096;  // of one map field

}  // namespace serai
