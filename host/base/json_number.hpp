// JSON numbers: as the parser found them, and converted to the type of a field.
//
// Thread  any; plain values.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

namespace serai {

using JsonNumber = std::variant<std::int64_t, std::uint64_t, double>;

// A number inside a JSON string: "12", "-3", "1e3".
std::optional<JsonNumber> parse_json_number(std::string_view text);

// "NaN", "Infinity", "-Infinity".
std::optional<double> parse_json_special(std::string_view text);

double to_real(const JsonNumber& number);

// Whole values only: 1.0 and 1e3 are integers, 1.5 is not.
template <class Integer>
std::optional<Integer> to_integer(const JsonNumber& number) {
  if (const auto* real = std::get_if<double>(&number)) {
    const double limit = std::ldexp(1.0, std::numeric_limits<Integer>::digits);
    const double least = std::is_signed_v<Integer> ? -limit : 0.0;
    if (!(*real >= least && *real < limit) || std::trunc(*real) != *real) return std::nullopt;
    return static_cast<Integer>(*real);
  }
  if (const auto* whole = std::get_if<std::int64_t>(&number)) {
    if (!std::in_range<Integer>(*whole)) return std::nullopt;
    return static_cast<Integer>(*whole);
  }
  const std::uint64_t whole = std::get<std::uint64_t>(number);
  if (!std::in_range<Integer>(whole)) return std::nullopt;
  return static_cast<Integer>(whole);
}

}  // namespace serai
