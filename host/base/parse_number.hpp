// parse_number: parses a text that consists of one decimal number and nothing else. The syntax is
// that of std::from_chars: a signed type accepts "-5"; "+5", " 5" and "0x5" are not numbers.
//
// Thread  any; pure.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace serai {

// No value: the text is not such a number, or the type cannot hold it.
template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

}  // namespace serai
