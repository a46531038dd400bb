// Logins: the steps of a login, from credentials to a pair of tokens. The account is found or
// created, the caller is admitted, the tokens are issued.
//
// Errors  those of IdentityService::authenticate(); texts are what clients see.
// Thread  the shard's own. Passwords are hashed on the pool, accounts are read by the store; both
//         answer on this shard.
// Owner   belongs to ShardIdentity. A login in flight owns itself.
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
  // An account without an id stands for one that does not exist. Checking it takes as long as a
  // wrong password, so that timing does not reveal which accounts exist.
  void check_login_password(LoginPtr login, const FoundAccount& account);
  void on_checked(LoginPtr login, const FoundAccount& account, HashTurn turn, bool is_good);
  // True when the guess is within the limits; else the login has been answered.
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
