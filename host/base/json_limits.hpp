// Limits for JSON texts of clients. The parser checks them while it reads.
//
// Units   counts, per text or per map.
#pragma once

#include <cstddef>

namespace serai {

// The number of members and elements in one text, ignored ones included. A megabyte can contain
// hundreds of thousands, and each costs a look-up.
inline constexpr std::size_t kJsonValuesMax = 65'536;
inline constexpr std::size_t kJsonMapNamesMax = 4'096;  // keys of one map field

}  // namespace serai
