// Base64: encodes with the standard or the URL alphabet. Decodes both, with or without padding.
//
// Source  RFC 4648.
// Thread  any; pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace serai {

void append_base64(std::string_view bytes, std::string& out);
// Writes no padding, as JSON Web Tokens require it (RFC 7515).
void append_base64url(std::string_view bytes, std::string& out);

// No value: a character is in neither alphabet, or the length without padding is 4n + 1, which no
// encoder writes.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace serai
