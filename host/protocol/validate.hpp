// Validation: the input rules of the calls that this layer answers by itself (rest.md, section 8).
// The rules for identities, user names and profiles are in the session layer.
//
// Errors  invalid_argument; the client sees the text.
// Thread  any; plain functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/uuid.hpp"

namespace serai::protocol {

// Checks the name of a storage collection or key: not empty, and at most 128 characters. `kind`
// names it in the error.
Result<> check_object_name(std::string_view kind, std::string_view text);
// Returns a text of a client for an error message: in quotes, and cut after 64 bytes.
std::string quoted(std::string_view text);
// True for a valid JSON text whose value is an object.
bool is_json_object(std::string_view text);
// Reads a UUID. `kind` names it in the error.
Result<Uuid> parse_id(std::string_view text, std::string_view kind);
// The limit of a list request is 1 to `most`. It is `otherwise` when the request has none.
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
