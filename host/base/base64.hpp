// Base64: writes the standard or the URL alphabet, reads both, with or without padding.
//
// Thread  any; plain functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace serai {

void append_base64(std::string_view bytes, std::string& out);
void append_base64url(std::string_view bytes, std::string& out);  // no padding, as tokens want it

// Nothing when a character is in neither alphabet, or the length is impossible.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace serai
