// Account: a player as the server stores it, and the arguments of logins, links and updates.
//
// Units   create_s, update_s and all other times: Unix seconds.
// Thread  any; plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/uuid.hpp"

namespace serai {

enum class IdentityKind : std::uint8_t { device, email, custom };

struct Identity {
  IdentityKind kind = IdentityKind::device;
  std::string value;  // an e-mail address is in lower case
};

struct User {
  Uuid id;
  std::string username;
  std::string display_name;
  std::string avatar_url;
  std::string lang_tag = "en";
  std::string location;
  std::string timezone;
  std::string metadata = "{}";
  std::int64_t create_s = 0;
  std::int64_t update_s = 0;
};

struct Account {
  User user;
  std::string email;
  std::string custom_id;
  std::vector<std::string> devices;
  std::string password_hash;  // empty: none
  std::int64_t verify_s = 0;
  std::int64_t disable_s = 0;  // 0: not banned
};

struct NewAccount {
  Identity identity;
  std::string username;
  std::string password_hash;  // of an e-mail account; else empty
  std::int64_t now_s = 0;
};

struct FoundAccount {
  Uuid id;
  std::string username;
  std::string password_hash;
  bool disabled = false;
  bool created = false;
};

struct AccountUpdate {
  std::optional<std::string> username;
  std::optional<std::string> display_name;
  std::optional<std::string> avatar_url;
  std::optional<std::string> lang_tag;
  std::optional<std::string> location;
  std::optional<std::string> timezone;
  std::int64_t now_s = 0;
};

struct RevokedToken {
  std::string token_id;  // empty: all tokens of the user that were issued before `before_s`
  Uuid user_id;
  std::int64_t before_s = 0;
  std::int64_t expires_s = 0;  // when the token itself expires and this entry can be deleted
};

}  // namespace serai
