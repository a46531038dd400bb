#include "session/validation.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace serai::session {
namespace {

Error refuse(std::string text) { return {Errc::invalid_argument, std::move(text)}; }

bool has_blank_or_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return c == ' ' || is_control(c); });
}

struct Rule {
  const char* name;
  std::size_t bytes_min;
  std::size_t bytes_max;
};

Result<> check_characters(const Rule& rule, std::string_view value) {
  if (!has_blank_or_control(value) && is_utf8(value)) return success();
  return refuse("Invalid " + std::string(rule.name) + ", no spaces or control characters allowed");
}

Result<> check_size(const Rule& rule, std::string_view value) {
  if (value.size() >= rule.bytes_min && value.size() <= rule.bytes_max) return success();
  return refuse("Invalid " + std::string(rule.name) + ", must be " +
                std::to_string(rule.bytes_min) + "-" + std::to_string(rule.bytes_max) + " bytes");
}

Result<> check_id(const Rule& rule, std::string_view value) {
  if (value.empty()) return refuse(std::string(rule.name) + " is required");
  if (auto checked = check_characters(rule, value); !checked) return checked;
  return check_size(rule, value);
}

// True for x@y.z: exactly one at sign, with text before it, and a dot with text on both sides after
// it.
bool is_address(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos || at == 0) return false;
  if (text.find('@', at + 1) != std::string_view::npos) return false;
  const std::size_t dot = text.rfind('.');
  return dot != std::string_view::npos && dot > at + 1 && dot + 1 < text.size();
}

Result<> check_email(std::string_view address) {
  constexpr Rule kRule{"email address", 10, 255};
  if (auto checked = check_characters(kRule, address); !checked) return checked;
  if (!is_address(address)) return refuse("Invalid email address format");
  return check_size(kRule, address);
}

struct Field {
  const char* name;
  const std::optional<std::string>& value;
  std::size_t characters_max;
};

}  // namespace

Result<> check_username(std::string_view username) {
  if (std::ranges::any_of(username, is_control) || !is_utf8(username)) {
    return refuse("Username invalid, no control characters allowed");
  }
  if (username.empty() || username.size() > kUsernameBytesMax) {
    return refuse("Username invalid, must be 1-" + std::to_string(kUsernameBytesMax) + " bytes");
  }
  return success();
}

Result<> check_identity(Identity& identity) {
  switch (identity.kind) {
    case IdentityKind::device:
      return check_id({"device ID", 10, 128}, identity.value);
    case IdentityKind::custom:
      return check_id({"custom ID", 6, 128}, identity.value);
    case IdentityKind::email:
      break;
  }
  if (auto checked = check_email(identity.value); !checked) return checked;
  identity.value = lower_case(std::move(identity.value));
  return success();
}

Result<> check_password(std::string_view password) {
  return password.size() < 8 ? refuse("Password must be at least 8 characters long") : success();
}

Result<> check_credentials(Credentials& credentials) {
  const bool is_email = credentials.identity.kind == IdentityKind::email;
  if (is_email && credentials.identity.value.empty() && credentials.username.empty()) {
    return refuse("Email address or username is required");
  }
  if (!is_email || !credentials.identity.value.empty()) {
    if (auto checked = check_identity(credentials.identity); !checked) return checked;
  }
  if (is_email) {
    if (auto checked = check_password(credentials.password); !checked) return checked;
  }
  return credentials.username.empty() ? success() : check_username(credentials.username);
}

Result<> check_update(const AccountUpdate& update) {
  const Field fields[] = {{"display name", update.display_name, 255},
                          {"avatar URL", update.avatar_url, 512},
                          {"language tag", update.lang_tag, 18},
                          {"location", update.location, 255},
                          {"time zone", update.timezone, 255}};
  bool any = update.username.has_value();
  for (const Field& field : fields) {
    if (!field.value) continue;
    any = true;
    if (!is_utf8(*field.value) || utf8_characters(*field.value) > field.characters_max) {
      return refuse("Invalid " + std::string(field.name) + ", at most " +
                    std::to_string(field.characters_max) + " characters");
    }
  }
  if (!any) return refuse("No fields to update");
  if (update.lang_tag && update.lang_tag->empty()) {
    return refuse("The language tag cannot be cleared");
  }
  return update.username ? check_username(*update.username) : success();
}

}  // namespace serai::session
