// Base64: standard or URL alphabet out; either in, padding optional.
//
// Thread  any; plain functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace serai {

void append_base64(std::string_view bytes, std::string& out);
void append_base64url(std::string_view bytes, std::string& out);  // no padding, as tokens want it

// Nothing when a character belongs to neither alphabet or the length cannot be right.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace serai
