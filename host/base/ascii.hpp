// ASCII: conversion to lower case, test for control characters, removal of blanks. Bytes above 0x7f
// never change, so UTF-8 text stays valid.
//
// Thread  any; pure functions.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace serai {

constexpr char lower_case(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

inline std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) { return lower_case(c); });
  return text;
}

constexpr bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// Returns the text without the characters of `blanks` at its end.
constexpr std::string_view trimmed_end(std::string_view text, std::string_view blanks) {
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

// Returns the text without the characters of `blanks` at its beginning and its end.
constexpr std::string_view trimmed(std::string_view text, std::string_view blanks) {
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  return trimmed_end(text, blanks);
}

}  // namespace serai
