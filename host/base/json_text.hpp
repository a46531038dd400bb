// JSON text: appends a byte string as a quoted JSON string.
//
// Rule    bytes that are not valid UTF-8 become U+FFFD. Otherwise one bad byte would make the whole
//         frame invalid.
// Thread  any; pure functions.
#pragma once

#include <string>
#include <string_view>

namespace serai {

void append_json_string(std::string_view text, std::string& out);

}  // namespace serai
