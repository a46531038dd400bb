// Layout: a border as text, one line for each constant, type, struct and member, and the rules for
// later borders.
#pragma once

#include <string>
#include <vector>

#include "rows.h"

namespace serai::abi_test {

// "struct serai_str 16", then its members: "  0 8 const char *data" (offset, size, declaration).
std::string layout_text(const abi_row* rows);

// The changes in `later` that break modules built for `frozen`; empty: it only appends.
//   - constants and types stay unchanged, except SERAI_ABI_MINOR
//   - the members of a struct keep place and declaration; new ones come after them
//   - a struct may grow only when its first member is struct_size: others are used in arrays or by
//     value
std::vector<std::string> breaks(const std::string& frozen, const std::string& later);

}  // namespace serai::abi_test
