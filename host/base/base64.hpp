// Base64: the standard alphabet out; standard or URL alphabet in, padding optional.
//
// Thread  any; plain functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace serai {

void append_base64(std::string_view bytes, std::string& out);

// Nothing when a character belongs to neither alphabet or the length cannot be right.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace serai
