// Cursors: places in a list, as opaque text that a client sends back.
//
// Thread  any; pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace serai::storage {

// `tag` names the list, so that the cursor of one list is refused by another.
std::string encode_cursor(char tag, std::string_view place);
std::optional<std::string> decode_cursor(char tag, std::string_view cursor);

}  // namespace serai::storage
