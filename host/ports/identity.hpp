// Identity: logins, accounts, passwords and session tokens of clients. Implemented by host/session.
//
// Thread  called on a shard. Answers come on that shard. verify() answers at once.
// Errors  as in the client protocol: unauthenticated, permission_denied (banned), already_exists
//         (user name taken), not_found, invalid_argument. Clients see the details as they are.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "model/account.hpp"
#include "ports/game.hpp"

namespace serai {

using SessionVars = std::map<std::string, std::string>;

struct Credentials {
  Identity identity;     // its value is empty for an e-mail login by user name
  std::string password;  // e-mail only
  bool create = true;
  std::string username;  // empty: ten random letters on creation
  SessionVars vars;
  std::string address;  // IP address of the client
};

// A further identity by which a user can log in.
struct NewLink {
  Identity identity;
  std::string password;  // e-mail only
  std::string address;   // IP address of the client
};

struct SessionTokens {
  bool created = false;
  std::string token;
  std::string refresh_token;
};

struct TokenClaims {
  std::string token_id;
  Uuid user_id;
  std::string username;
  SessionVars vars;
  std::int64_t issued_s = 0;
  std::int64_t expires_s = 0;
};

class IdentityService {
 public:
  virtual ~IdentityService() = default;
  virtual void authenticate(Credentials credentials, Callback<SessionTokens> answer) = 0;
  virtual void refresh(std::string refresh_token,
                       SessionVars vars,
                       Callback<SessionTokens> answer) = 0;
  virtual void logout(const TokenClaims& caller,
                      std::string token,
                      std::string refresh_token,
                      Callback<Unit> answer) = 0;
  // Returns the claims of a session token. unauthenticated: it is invalid, expired or revoked.
  virtual Result<TokenClaims> verify(std::string_view session_token) = 0;
  virtual bool is_server_key(std::string_view key) const = 0;
  virtual bool is_http_key(std::string_view key) const = 0;

  virtual void link(const Uuid& user, NewLink link, Callback<Unit> answer) = 0;
  virtual void unlink(const Uuid& user, Identity identity, Callback<Unit> answer) = 0;
  virtual void get_account(const Uuid& user, Callback<Account> answer) = 0;
  virtual void update_account(const Uuid& user, AccountUpdate update, Callback<Unit> answer) = 0;
  virtual void delete_account(const Uuid& user, Callback<Unit> answer) = 0;
  virtual void get_users(std::vector<Uuid> ids,
                         std::vector<std::string> names,
                         Callback<std::vector<User>> answer) = 0;
};

}  // namespace serai
