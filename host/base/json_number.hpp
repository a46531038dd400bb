// JsonNumber: a number in a JSON text, and its conversion to the type of a Protobuf field.
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

// Parses the contents of a JSON string, such as "12", "-3" or "1e3". No value: it is not a number.
std::optional<JsonNumber> parse_json_number(std::string_view text);

// Parses "NaN", "Infinity" and "-Infinity", which proto3 JSON writes as strings.
std::optional<double> parse_json_special(std::string_view text);

double to_real(const JsonNumber& number);

// No value: the number is not whole, or the type cannot hold it. 1.0 and 1e3 are whole, 1.5 is not.
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
