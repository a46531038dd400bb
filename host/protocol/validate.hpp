// Input rules of rest.md section 8: what an id, a name, an address may look like.
//
// Errors  invalid_argument with the words a client sees.
// Thread  any; plain functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/uuid.hpp"

namespace serai {

Result<> check_custom_id(std::string_view id);
Result<> check_device_id(std::string_view id);
Result<> check_email(std::string_view address);
Result<> check_sent_password(std::string_view password);
Result<> check_sent_username(std::string_view name);
// A profile text of at most `chars_max` characters.
Result<> check_profile_text(std::string_view field, std::string_view text, std::size_t chars_max);
// The longest front of a text that has at most so many bytes and ends with a whole character.
std::string_view utf8_front(std::string_view text, std::size_t bytes_max);
// What a client sent, as an error shows it: in quotes, and cut when it is long.
std::string quoted(std::string_view text);
// A JSON text whose value is an object.
bool is_json_object(std::string_view text);
// `what` names the id in the error.
Result<Uuid> parse_id(std::string_view text, std::string_view what);
// Within least and most, or `otherwise` when not given.
struct LimitRule {
  std::int32_t most;
  std::int32_t otherwise;
};
template <class Wrapper>
Result<std::uint32_t> check_limit(bool given, const Wrapper& limit, LimitRule rule) {
  const std::int64_t value = given ? limit.value() : rule.otherwise;
  if (value < 1 || value > rule.most) {
    return {Errc::invalid_argument,
            "Invalid limit - limit must be between 1 and " + std::to_string(rule.most)};
  }
  return static_cast<std::uint32_t>(value);
}

}  // namespace serai
