// Cursors: places in a list, as opaque text that a client sends back.
//
// Thread  any; pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace serai::storage {

// `tag` names the list, so that a cursor of one list is refused by another. decode_cursor() returns
// nullopt for any text that encode_cursor() does not make.
std::string encode_cursor(char tag, std::string_view place);
std::optional<std::string> decode_cursor(char tag, std::string_view cursor);

}  // namespace serai::storage
