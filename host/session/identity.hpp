// ShardIdentity: the IdentityService of one shard: logins, tokens and accounts. Logins implements
// the login, and Revoker the logout.
//
// Errors  those of IdentityService; clients see the texts.
// Thread  the shard's own. The hash pool and the store work on other threads, and answer on this
//         shard.
// Owner   SessionLayer, which destroys it after the shards have stopped. The pending callback owns
//         a login in progress.
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

  // Applies a stored revocation on this shard: at start-up, and whenever a shard has stored one.
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
