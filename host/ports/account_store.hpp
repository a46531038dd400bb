// AccountStore: players, their identities and their revoked tokens.
//
// Thread  every call: any thread. It never waits for the database. The answer comes on `where`.
// Owner   arguments are moved in. An answer is called exactly once; when the store closes first,
//         with unavailable.
// Errors  unavailable: the database cannot be reached, is full or locked. The caller may try again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/uuid.hpp"
#include "model/account.hpp"
#include "ports/store_answer.hpp"

namespace serai {

class AccountStore {
 public:
  virtual ~AccountStore() = default;

  // not_found: no user has the identity or the name.
  virtual void find_account(Identity identity,
                            Executor& where,
                            StoreAnswer<FoundAccount> answer) = 0;
  virtual void find_account_by_name(std::string username,
                                    Executor& where,
                                    StoreAnswer<FoundAccount> answer) = 0;
  // Returns the account with `created` set, or the existing account of the identity.
  // already_exists: the user name is taken.
  virtual void create_account(NewAccount account,
                              Executor& where,
                              StoreAnswer<FoundAccount> answer) = 0;
  // not_found: there is no such user.
  virtual void get_account(Uuid id, Executor& where, StoreAnswer<Account> answer) = 0;
  // Returns the users that exist, each once.
  virtual void get_users(std::vector<Uuid> ids,
                         std::vector<std::string> usernames,
                         Executor& where,
                         StoreAnswer<std::vector<User>> answer) = 0;
  // already_exists: the user name is taken.
  virtual void update_account(Uuid id,
                              AccountUpdate update,
                              Executor& where,
                              StoreAnswer<Unit> answer) = 0;
  virtual void delete_account(Uuid id, Executor& where, StoreAnswer<Unit> answer) = 0;
  // already_exists: another user has the identity. resource_exhausted: the user has as many devices
  // as the limit allows.
  virtual void link(Uuid id,
                    Identity identity,
                    std::string password_hash,
                    Executor& where,
                    StoreAnswer<Unit> answer) = 0;
  // permission_denied: the identity is the user's last one, or not the user's.
  virtual void unlink(Uuid id, Identity identity, Executor& where, StoreAnswer<Unit> answer) = 0;

  virtual void revoke(RevokedToken token, Executor& where, StoreAnswer<Unit> answer) = 0;
  // Returns the revocations that have not expired at `now_s`.
  virtual void revoked(std::int64_t now_s,
                       Executor& where,
                       StoreAnswer<std::vector<RevokedToken>> answer) = 0;
};

}  // namespace serai
