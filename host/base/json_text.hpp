// JSON texts: a byte string as a quoted JSON string.
//
// Rule    what is not UTF-8 becomes U+FFFD, so that one bad byte never spoils a whole frame.
// Thread  any; plain functions.
#pragma once

#include <string>
#include <string_view>

namespace serai {

void append_json_string(std::string_view text, std::string& out);

// Length of the valid UTF-8 sequence at the front of a text that is not empty; 0 when there is
// none.
std::size_t utf8_length(std::string_view text);
bool is_utf8(std::string_view text);

}  // namespace serai
