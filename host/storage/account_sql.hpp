// SQL for accounts. Each function checks before it writes, so that no statement fails on a
// constraint.
//
// Units   fields and arguments that end in _s are seconds since 1970.
// Errors  those of the Store port. An error of the Db stays in the Db, and the result is then
//         meaningless: check Db::failed().
// Thread  that of the Db.
#pragma once

#include <string>
#include <vector>

#include "ports/store.hpp"
#include "storage/db.hpp"

namespace serai::storage {

Result<FoundAccount> find_account(Db& db, const Identity& identity);
Result<FoundAccount> find_account_by_name(Db& db, const std::string& username);
// Creates an account, or returns the account that has the identity already.
Result<FoundAccount> create_account(Db& db, const NewAccount& account);
Result<Account> get_account(Db& db, const Uuid& id);
std::vector<User> get_users(Db& db,
                            const std::vector<Uuid>& ids,
                            const std::vector<std::string>& usernames);
// Inserts an account with its id, all its fields and its devices. None of them may be taken.
void insert_account(Db& db, const Account& account);
Result<> update_account(Db& db, const Uuid& id, const AccountUpdate& update);
// Deletes the user with their devices, objects, notifications and idempotent answers. Ledger
// entries stay, because each transfer has another side. An unknown user is no error: what may be
// left of them is deleted.
Result<> delete_account(Db& db, const Uuid& id);
// resource_exhausted: the account has `devices_max` devices already.
Result<> link_identity(Db& db,
                       const Uuid& id,
                       const Identity& identity,
                       const std::string& password_hash,
                       std::uint64_t devices_max);
Result<> unlink_identity(Db& db, const Uuid& id, const Identity& identity);

// Revoked tokens are stored until they would have expired; purge_tokens() deletes those.
void revoke_token(Db& db, const RevokedToken& token);
std::vector<RevokedToken> revoked_tokens(Db& db, std::int64_t now_s);
std::uint64_t purge_tokens(Db& db, std::int64_t now_s);

}  // namespace serai::storage
