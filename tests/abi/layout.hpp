// Layout: a border as text, one line for each constant, type, struct and member, and what a later
// border may not do to it.
#pragma once

#include <string>
#include <vector>

#include "rows.h"

namespace serai::abi_test {

// "struct serai_str 16", then its members: "  0 8 const char *data" (offset, size, declaration).
std::string layout_text(const abi_row* rows);

// Everything by which `later` breaks what was built for `frozen`; empty: it only appends.
//   - constants and types stay as they are, SERAI_ABI_MINOR apart
//   - the members of a struct stay where they are, as they are; new ones come behind them
//   - a struct grows only when its first member is struct_size: others stand in arrays, or by value
std::vector<std::string> breaks(const std::string& frozen, const std::string& later);

}  // namespace serai::abi_test
