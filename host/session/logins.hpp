// Logins: the steps of a login, from credentials to a pair of tokens. A login finds or creates the
// account, checks the password and the ban, and issues the tokens.
//
// Errors  those of IdentityService::authenticate(); clients see the texts.
// Thread  the shard's own. The hash pool and the store work on other threads, and answer on this
//         shard.
// Owner   ShardIdentity. The pending callback owns a login in progress.
#pragma once

#include <memory>

#include "ports/identity.hpp"
#include "session/identity_parts.hpp"
#include "session/options.hpp"
#include "session/password_hasher.hpp"
#include "session/revoker.hpp"
#include "session/tokens.hpp"

namespace serai::session {

class Logins {
 public:
  Logins(const SessionOptions& options,
         const IdentityParts& parts,
         Tokens& tokens,
         PasswordHasher& hasher,
         Revoker& revoker)
      : options_(options), parts_(parts), tokens_(tokens), hasher_(hasher), revoker_(revoker) {}

  void authenticate(Credentials credentials, Callback<SessionTokens> answer);

 private:
  struct Login;
  using LoginPtr = std::unique_ptr<Login>;

  void look_up(LoginPtr login);
  void on_found(LoginPtr login, Result<FoundAccount> found);
  void create(LoginPtr login);
  void store_account(LoginPtr login);
  void on_stored(LoginPtr login, Result<FoundAccount> stored);
  void admit(LoginPtr login, const FoundAccount& account);
  // Checks the password against the account. An account with the nil id stands for one that does
  // not exist. That check takes as long as a wrong password, so that the time does not reveal which
  // accounts exist.
  void check_login_password(LoginPtr login, const FoundAccount& account);
  void on_checked(LoginPtr login, const FoundAccount& account, HashTurn turn, bool is_good);
  // False when the guess exceeds the limits; then the login has been answered.
  bool may_guess(Login& login, const Guess& guess);
  void issue(LoginPtr login, const FoundAccount& account);
  void answer_tokens(LoginPtr login, const FoundAccount& account);

  const SessionOptions& options_;
  IdentityParts parts_;
  Tokens& tokens_;
  PasswordHasher& hasher_;
  Revoker& revoker_;
};

}  // namespace serai::session
