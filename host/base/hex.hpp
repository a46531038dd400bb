// Hexadecimal: writes digits in lower case, reads digits in either case.
//
// Thread  any; pure functions.
#pragma once

#include <string>
#include <string_view>

namespace serai {

inline constexpr std::string_view kHexDigits = "0123456789abcdef";

// The value of one digit; -1: the character is no hexadecimal digit.
constexpr int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

inline std::string hex(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    text.push_back(kHexDigits[value >> 4U]);
    text.push_back(kHexDigits[value & 15U]);
  }
  return text;
}

}  // namespace serai
