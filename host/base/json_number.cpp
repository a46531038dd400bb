#include "base/json_number.hpp"

#include "base/parse_number.hpp"

namespace serai {

std::optional<JsonNumber> parse_json_number(std::string_view text) {
  if (text == "-0") return JsonNumber(-0.0);  // no integer type has a negative zero
  if (const auto whole = parse_number<std::int64_t>(text)) return JsonNumber(*whole);
  if (const auto whole = parse_number<std::uint64_t>(text)) return JsonNumber(*whole);
  const std::size_t digit = text.starts_with('-') ? 1 : 0;
  if (text.size() <= digit || text[digit] < '0' || text[digit] > '9') return std::nullopt;
  if (const auto real = parse_number<double>(text)) return JsonNumber(*real);
  return std::nullopt;
}

std::optional<double> parse_json_special(std::string_view text) {
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  return std::nullopt;
}

double to_real(const JsonNumber& number) {
  return std::visit([](auto value) { return static_cast<double>(value); }, number);
}

}  // namespace serai
