// ASCII letters in lower case. Other bytes stay, so UTF-8 is safe.
//
// Thread  any.
#pragma once

#include <algorithm>
#include <string>

namespace serai {

constexpr char lower_case(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

inline std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) { return lower_case(c); });
  return text;
}

}  // namespace serai
