// AccountStore: players, their identities and their revoked tokens.
//
// Thread  every call: any thread, never blocks on the database. Answers come on `where`.
// Owner   arguments are moved in. An answer is called exactly once, at the latest with unavailable
//         when the store closes.
// Errors  unavailable: the database is gone, full or locked; the caller may try again.
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

  // already_exists: the user name is taken; not_found: unknown and not to be created.
  virtual void find_account(Identity identity,
                            Executor& where,
                            StoreAnswer<FoundAccount> answer) = 0;
  virtual void find_account_by_name(std::string username,
                                    Executor& where,
                                    StoreAnswer<FoundAccount> answer) = 0;
  virtual void create_account(NewAccount account,
                              Executor& where,
                              StoreAnswer<FoundAccount> answer) = 0;
  virtual void get_account(Uuid id, Executor& where, StoreAnswer<Account> answer) = 0;
  virtual void get_users(std::vector<Uuid> ids,
                         std::vector<std::string> usernames,
                         Executor& where,
                         StoreAnswer<std::vector<User>> answer) = 0;
  virtual void update_account(Uuid id,
                              AccountUpdate update,
                              Executor& where,
                              StoreAnswer<Unit> answer) = 0;
  virtual void delete_account(Uuid id, Executor& where, StoreAnswer<Unit> answer) = 0;
  // Link: already_exists when another user has the identity. Unlink: permission_denied when it is
  // the user's last one, or not the user's.
  virtual void link(Uuid id,
                    Identity identity,
                    std::string password_hash,
                    Executor& where,
                    StoreAnswer<Unit> answer) = 0;
  virtual void unlink(Uuid id, Identity identity, Executor& where, StoreAnswer<Unit> answer) = 0;

  virtual void revoke(RevokedToken token, Executor& where, StoreAnswer<Unit> answer) = 0;
  virtual void revoked(std::int64_t now_s,
                       Executor& where,
                       StoreAnswer<std::vector<RevokedToken>> answer) = 0;
};

}  // namespace serai
