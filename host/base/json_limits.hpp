// What one JSON text from outside may hold before anything is known of what it is for.
#pragma once

#include <cstddef>

namespace serai {

// Members and elements of one text, read or left out: a megabyte holds hundreds of thousands, and
// each is looked up.
inline constexpr std::size_t kJsonValuesMax = 65'536;
inline constexpr std::size_t kJsonMapNamesMax = 4'096;  // of one map field

}  // namespace serai
