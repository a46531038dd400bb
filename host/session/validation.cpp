#include "session/validation.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/json_text.hpp"

namespace serai {
namespace {

Error refuse(std::string text) { return {Errc::invalid_argument, std::move(text)}; }

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}
bool is_blank_or_control(char c) { return c == ' ' || is_control(c); }

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), is_control);
}
bool has_blank_or_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), is_blank_or_control);
}

struct Rule {
  const char* name;
  std::size_t bytes_min;
  std::size_t bytes_max;
};

Result<> check_value(const Rule& rule, std::string_view value) {
  const std::string name(rule.name);
  if (value.empty()) return refuse(name + " is required.");
  if (has_blank_or_control(value) || !is_utf8(value)) {
    return refuse(name + " invalid, no spaces or control characters allowed.");
  }
  if (value.size() < rule.bytes_min || value.size() > rule.bytes_max) {
    return refuse(name + " invalid, must be " + std::to_string(rule.bytes_min) + '-' +
                  std::to_string(rule.bytes_max) + " bytes.");
  }
  return success();
}

// Something, an at sign, something with a dot inside: x@y.z.
bool is_address(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos || at == 0) return false;
  const std::size_t dot = text.rfind('.');
  return dot != std::string_view::npos && dot > at + 1 && dot + 1 < text.size();
}

struct Field {
  const char* name;
  const std::optional<std::string>& value;
  std::size_t characters_max;
};

}  // namespace

std::size_t count_characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

Result<> check_username(std::string_view username) {
  if (has_control(username) || !is_utf8(username)) {
    return refuse("Username invalid, no control characters allowed.");
  }
  if (username.empty() || username.size() > 128) {
    return refuse("Username invalid, must be 1-128 bytes.");
  }
  return success();
}

Result<> check_identity(Identity& identity) {
  switch (identity.kind) {
    case IdentityKind::device:
      return check_value({"Device ID", 10, 128}, identity.value);
    case IdentityKind::custom:
      return check_value({"Custom ID", 6, 128}, identity.value);
    case IdentityKind::email:
      break;
  }
  if (auto checked = check_value({"Email address", 10, 255}, identity.value); !checked) {
    return checked;
  }
  if (!is_address(identity.value)) return refuse("Email address format invalid.");
  identity.value = lower_case(std::move(identity.value));
  return success();
}

Result<> check_password(std::string_view password) {
  if (password.empty()) return refuse("Password is required.");
  if (password.size() < 8) return refuse("Password must be at least 8 characters long.");
  return success();
}

Result<> check_credentials(Credentials& credentials) {
  const bool is_email = credentials.identity.kind == IdentityKind::email;
  if (is_email) {
    if (credentials.identity.value.empty() && credentials.username.empty()) {
      return refuse("Email address or username is required.");
    }
    if (auto checked = check_password(credentials.password); !checked) return checked;
  }
  if (!is_email || !credentials.identity.value.empty()) {
    if (auto checked = check_identity(credentials.identity); !checked) return checked;
  }
  return credentials.username.empty() ? success() : check_username(credentials.username);
}

Result<> check_update(const AccountUpdate& update) {
  const Field fields[] = {{"Display name", update.display_name, 255},
                          {"Avatar URL", update.avatar_url, 512},
                          {"Language tag", update.lang_tag, 18},
                          {"Location", update.location, 255},
                          {"Timezone", update.timezone, 255}};
  bool any = update.username.has_value();
  for (const Field& field : fields) {
    if (!field.value) continue;
    any = true;
    if (!is_utf8(*field.value) || count_characters(*field.value) > field.characters_max) {
      return refuse(std::string(field.name) + " invalid, must be at most " +
                    std::to_string(field.characters_max) + " characters.");
    }
  }
  if (!any) return refuse("No fields to update.");
  if (update.lang_tag && update.lang_tag->empty()) return refuse("Language tag is required.");
  return update.username ? check_username(*update.username) : success();
}

}  // namespace serai
