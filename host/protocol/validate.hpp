// Input rules of the calls that this layer answers by itself (rest.md, section 8). The rules for
// identities, user names and profiles are in the session layer.
//
// Errors  invalid_argument with the text a client sees.
// Thread  any; plain functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/uuid.hpp"

namespace serai::protocol {

// A storage collection or key: set, and of at most 128 characters. `kind` names it in the error.
Result<> check_object_name(std::string_view kind, std::string_view text);
// A client's text for an error: in quotes, and cut when it is long.
std::string quoted(std::string_view text);
// A JSON text whose value is an object.
bool is_json_object(std::string_view text);
// `kind` names the id in the error.
Result<Uuid> parse_id(std::string_view text, std::string_view kind);
// Between 1 and `most`; `otherwise` when it was not given.
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

}  // namespace serai::protocol
