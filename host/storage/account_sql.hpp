// SQL for accounts: checks first, then writes, so that no statement fails on a constraint.
//
// Errors  as the Store port says; those of Db stay in the Db, and results then mean nothing.
// Thread  that of the Db.
#pragma once

#include <string>
#include <vector>

#include "ports/store.hpp"
#include "storage/db.hpp"

namespace serai {

Result<FoundAccount> find_account(Db& db, const Identity& identity);
Result<FoundAccount> find_account_by_name(Db& db, const std::string& username);
// Gives the account that has the identity already, if there is one.
Result<FoundAccount> create_account(Db& db, const NewAccount& account);
Result<Account> get_account(Db& db, const Uuid& id);
std::vector<User> get_users(Db& db,
                            const std::vector<Uuid>& ids,
                            const std::vector<std::string>& usernames);
Result<> update_account(Db& db, const Uuid& id, const AccountUpdate& update);
// The user, the user's devices, objects, notifications and idempotent answers. Not the ledger: its
// transfers have two sides. Unknown users: nothing to do.
Result<> delete_account(Db& db, const Uuid& id);
// resource_exhausted: a device more than the account may have.
Result<> link_identity(Db& db,
                       const Uuid& id,
                       const Identity& identity,
                       const std::string& password_hash,
                       std::uint64_t devices_max);
Result<> unlink_identity(Db& db, const Uuid& id, const Identity& identity);

void revoke_token(Db& db, const RevokedToken& token);
std::vector<RevokedToken> revoked_tokens(Db& db, std::int64_t now_s);
void purge_tokens(Db& db, std::int64_t now_s);

}  // namespace serai
