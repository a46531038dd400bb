// SqliteStore, second half: accounts, storage objects, notifications.
#include "storage/account_sql.hpp"
#include "storage/notification_sql.hpp"
#include "storage/object_sql.hpp"
#include "storage/sqlite_store_parts.hpp"

namespace serai {
namespace {

// What a write costs beside what it stores: its keys, its job, its answer.
constexpr std::uint64_t kWriteBytes = 512;

std::uint64_t bytes_of(const std::vector<ObjectWrite>& writes) {
  std::uint64_t sum = 0;
  for (const ObjectWrite& write : writes) sum += write.value.size() + kWriteBytes;
  return sum;
}

}  // namespace

void SqliteStore::find_account(Identity identity,
                               Executor& where,
                               StoreAnswer<FoundAccount> answer) {
  read<FoundAccount>(where, std::move(answer), [identity = std::move(identity)](Db& db) {
    return serai::find_account(db, identity);
  });
}

void SqliteStore::find_account_by_name(std::string username,
                                       Executor& where,
                                       StoreAnswer<FoundAccount> answer) {
  read<FoundAccount>(where, std::move(answer), [username = std::move(username)](Db& db) {
    return serai::find_account_by_name(db, username);
  });
}

void SqliteStore::create_account(NewAccount account,
                                 Executor& where,
                                 StoreAnswer<FoundAccount> answer) {
  write<FoundAccount>(where, std::move(answer), [account = std::move(account)](Db& db) {
    return serai::create_account(db, account);
  });
}

void SqliteStore::get_account(Uuid id, Executor& where, StoreAnswer<Account> answer) {
  read<Account>(where, std::move(answer), [id](Db& db) { return serai::get_account(db, id); });
}

void SqliteStore::get_users(std::vector<Uuid> ids,
                            std::vector<std::string> usernames,
                            Executor& where,
                            StoreAnswer<std::vector<User>> answer) {
  using Users = std::vector<User>;
  read<Users>(where,
              std::move(answer),
              [ids = std::move(ids), names = std::move(usernames)](Db& db) -> Result<Users> {
                return serai::get_users(db, ids, names);
              });
}

void SqliteStore::update_account(Uuid id,
                                 AccountUpdate update,
                                 Executor& where,
                                 StoreAnswer<Unit> answer) {
  write_of<Unit>(
      id, kWriteBytes, where, std::move(answer), [id, update = std::move(update)](Db& db) {
        return serai::update_account(db, id, update);
      });
}

void SqliteStore::delete_account(Uuid id, Executor& where, StoreAnswer<Unit> answer) {
  write<Unit>(where, std::move(answer), [id](Db& db) { return serai::delete_account(db, id); });
}

void SqliteStore::link(Uuid id,
                       Identity identity,
                       std::string password_hash,
                       Executor& where,
                       StoreAnswer<Unit> answer) {
  write_of<Unit>(id,
                 kWriteBytes,
                 where,
                 std::move(answer),
                 [id,
                  identity = std::move(identity),
                  hash = std::move(password_hash),
                  devices_max = parts_->options.devices_max](Db& db) {
                   return link_identity(db, id, identity, hash, devices_max);
                 });
}

void SqliteStore::unlink(Uuid id, Identity identity, Executor& where, StoreAnswer<Unit> answer) {
  write_of<Unit>(
      id, kWriteBytes, where, std::move(answer), [id, identity = std::move(identity)](Db& db) {
        return unlink_identity(db, id, identity);
      });
}

void SqliteStore::revoke(RevokedToken token, Executor& where, StoreAnswer<Unit> answer) {
  write<Unit>(where, std::move(answer), [token = std::move(token)](Db& db) -> Result<> {
    revoke_token(db, token);
    return success();
  });
}

void SqliteStore::revoked(std::int64_t now_s,
                          Executor& where,
                          StoreAnswer<std::vector<RevokedToken>> answer) {
  using Tokens = std::vector<RevokedToken>;
  read<Tokens>(where, std::move(answer), [now_s](Db& db) -> Result<Tokens> {
    return revoked_tokens(db, now_s);
  });
}

// ---- Storage objects -------------------------------------------------------------------------

void SqliteStore::read_objects(std::vector<ObjectKey> keys,
                               ObjectActor actor,
                               Executor& where,
                               StoreAnswer<std::vector<StorageObject>> answer) {
  using Objects = std::vector<StorageObject>;
  read<Objects>(where, std::move(answer), [keys = std::move(keys), actor](Db& db) {
    return serai::read_objects(db, keys, actor);
  });
}

void SqliteStore::write_objects(std::vector<ObjectWrite> writes,
                                ObjectActor actor,
                                std::int64_t now_s,
                                Executor& where,
                                StoreAnswer<std::vector<ObjectAck>> answer) {
  using Acks = std::vector<ObjectAck>;
  const Uuid player = actor.server ? Uuid{} : actor.user_id;
  const std::uint64_t bytes = bytes_of(writes);
  write_of<Acks>(
      player, bytes, where, std::move(answer), [writes = std::move(writes), actor, now_s](Db& db) {
        return serai::write_objects(db, writes, actor, now_s);
      });
}

void SqliteStore::delete_objects(std::vector<ObjectDelete> deletes,
                                 ObjectActor actor,
                                 Executor& where,
                                 StoreAnswer<Unit> answer) {
  const Uuid player = actor.server ? Uuid{} : actor.user_id;
  const std::uint64_t bytes = kWriteBytes * deletes.size();
  write_of<Unit>(
      player, bytes, where, std::move(answer), [deletes = std::move(deletes), actor](Db& db) {
        return serai::delete_objects(db, deletes, actor);
      });
}

void SqliteStore::list_objects(ObjectQuery query,
                               ObjectActor actor,
                               Executor& where,
                               StoreAnswer<ObjectPage> answer) {
  read<ObjectPage>(where, std::move(answer), [query = std::move(query), actor](Db& db) {
    return serai::list_objects(db, query, actor);
  });
}

// ---- Notifications ---------------------------------------------------------------------------

void SqliteStore::list_notifications(Uuid user,
                                     std::uint32_t limit,
                                     std::string cursor,
                                     Executor& where,
                                     StoreAnswer<NotificationPage> answer) {
  read<NotificationPage>(
      where, std::move(answer), [user, limit, cursor = std::move(cursor)](Db& db) {
        return serai::list_notifications(db, user, limit, cursor);
      });
}

void SqliteStore::delete_notifications(Uuid user,
                                       std::vector<Uuid> ids,
                                       Executor& where,
                                       StoreAnswer<Unit> answer) {
  write_of<Unit>(user,
                 kWriteBytes,
                 where,
                 std::move(answer),
                 [user, ids = std::move(ids)](Db& db) -> Result<> {
                   serai::delete_notifications(db, user, ids);
                   return success();
                 });
}

}  // namespace serai
