// Cursors: places in a list as opaque text that a client hands back.
//
// Thread  any; pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace serai {

// `tag` names the list, so that one list's cursor is refused by another.
std::string encode_cursor(char tag, std::string_view place);
std::optional<std::string> decode_cursor(char tag, std::string_view cursor);

}  // namespace serai
