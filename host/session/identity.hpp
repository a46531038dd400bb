// ShardIdentity: logins, tokens and accounts as one shard serves them. Logging in is in Logins,
// logging out in Revoker.
//
// Errors  those of IdentityService; texts are what clients see.
// Thread  the shard's own. Passwords are hashed on the pool, accounts are read by the store; both
//         answer on this shard.
// Owner   belongs to SessionLayer, is destroyed after the shards have stopped. Logins in flight own
//         themselves.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ports/identity.hpp"
#include "session/identity_parts.hpp"
#include "session/logins.hpp"
#include "session/password_hasher.hpp"
#include "session/revoker.hpp"
#include "session/tokens.hpp"

namespace serai::session {

class ShardIdentity final : public IdentityService {
 public:
  ShardIdentity(const SessionOptions& options, const IdentityParts& parts);

  void authenticate(Credentials credentials, Callback<SessionTokens> answer) override {
    logins_.authenticate(std::move(credentials), std::move(answer));
  }
  void refresh(std::string refresh_token,
               SessionVars vars,
               Callback<SessionTokens> answer) override;
  void logout(const TokenClaims& caller,
              std::string token,
              std::string refresh_token,
              Callback<Unit> answer) override;
  Result<TokenClaims> verify(std::string_view session_token) override;
  bool is_server_key(std::string_view key) const override;
  bool is_http_key(std::string_view key) const override;

  void link(const Uuid& user, NewLink link, Callback<Unit> answer) override;
  void unlink(const Uuid& user, Identity identity, Callback<Unit> answer) override;
  void get_account(const Uuid& user, Callback<Account> answer) override;
  void update_account(const Uuid& user, AccountUpdate update, Callback<Unit> answer) override;
  void delete_account(const Uuid& user, Callback<Unit> answer) override;
  void get_users(std::vector<Uuid> ids,
                 std::vector<std::string> names,
                 Callback<std::vector<User>> answer) override;

  // Adds a stored revocation, at start-up or from any shard.
  void learn(const RevokedToken& record) { revoker_.learn(record); }
  // True when the session tokens of the login have been revoked.
  bool is_revoked(const TokenClaims& login) const {
    return revoker_.blocks(TokenUse::session, login);
  }

 private:
  std::int64_t now_s() const { return parts_.now_s(); }
  void renew(const TokenClaims& old, Result<Account> account, Callback<SessionTokens> answer);
  void store_link(const Uuid& user, Identity identity, std::string hash, Callback<Unit> answer);

  const SessionOptions& options_;
  IdentityParts parts_;
  Tokens tokens_;
  Revoker revoker_;
  PasswordHasher hasher_;
  Logins logins_;
};

}  // namespace serai::session
