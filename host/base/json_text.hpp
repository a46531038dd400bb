// JSON texts: writes a byte string as a quoted JSON string.
//
// Rule    bytes that are not UTF-8 become U+FFFD, so that one bad byte never spoils a whole frame.
// Thread  any; plain functions.
#pragma once

#include <string>
#include <string_view>

namespace serai {

void append_json_string(std::string_view text, std::string& out);

}  // namespace serai
