#include "storage/sql_data.hpp"

#include "storage/account_sql.hpp"
#include "storage/notification_sql.hpp"
#include "storage/object_sql.hpp"
#include "storage/store_jobs.hpp"
#include "storage/unit_sql.hpp"

namespace serai::storage {
namespace {

// The memory that a waiting write takes besides its value: its keys, its job, its answer. An
// estimate.
constexpr std::uint64_t kWriteBytes = 512;

std::uint64_t bytes_of(const std::vector<ObjectWrite>& writes) {
  std::uint64_t sum = 0;
  for (const ObjectWrite& write : writes) sum += write.value.size() + kWriteBytes;
  return sum;
}

}  // namespace

SqlData::SqlData(std::unique_ptr<StoreJobs> jobs, std::uint64_t devices_max)
    : jobs_(std::move(jobs)), devices_max_(devices_max) {}

SqlData::~SqlData() = default;

void SqlData::find_account(Identity identity, Executor& where, StoreAnswer<FoundAccount> answer) {
  jobs_->read<FoundAccount>(where, std::move(answer), [identity = std::move(identity)](Db& db) {
    return storage::find_account(db, identity);
  });
}

void SqlData::find_account_by_name(std::string username,
                                   Executor& where,
                                   StoreAnswer<FoundAccount> answer) {
  jobs_->read<FoundAccount>(where, std::move(answer), [username = std::move(username)](Db& db) {
    return storage::find_account_by_name(db, username);
  });
}

void SqlData::create_account(NewAccount account,
                             Executor& where,
                             StoreAnswer<FoundAccount> answer) {
  jobs_->write<FoundAccount>(where, std::move(answer), [account = std::move(account)](Db& db) {
    return storage::create_account(db, account);
  });
}

void SqlData::get_account(Uuid id, Executor& where, StoreAnswer<Account> answer) {
  jobs_->read<Account>(
      where, std::move(answer), [id](Db& db) { return storage::get_account(db, id); });
}

void SqlData::get_users(std::vector<Uuid> ids,
                        std::vector<std::string> usernames,
                        Executor& where,
                        StoreAnswer<std::vector<User>> answer) {
  using Users = std::vector<User>;
  jobs_->read<Users>(where,
                     std::move(answer),
                     [ids = std::move(ids), names = std::move(usernames)](Db& db) -> Result<Users> {
                       return storage::get_users(db, ids, names);
                     });
}

void SqlData::update_account(Uuid id,
                             AccountUpdate update,
                             Executor& where,
                             StoreAnswer<Unit> answer) {
  jobs_->write_of<Unit>(
      id, kWriteBytes, where, std::move(answer), [id, update = std::move(update)](Db& db) {
        return storage::update_account(db, id, update);
      });
}

void SqlData::delete_account(Uuid id, Executor& where, StoreAnswer<Unit> answer) {
  jobs_->write<Unit>(
      where, std::move(answer), [id](Db& db) { return storage::delete_account(db, id); });
}

void SqlData::link(Uuid id,
                   Identity identity,
                   std::string password_hash,
                   Executor& where,
                   StoreAnswer<Unit> answer) {
  jobs_->write_of<Unit>(id,
                        kWriteBytes,
                        where,
                        std::move(answer),
                        [id,
                         identity = std::move(identity),
                         hash = std::move(password_hash),
                         devices_max = devices_max_](Db& db) {
                          return link_identity(db, id, identity, hash, devices_max);
                        });
}

void SqlData::unlink(Uuid id, Identity identity, Executor& where, StoreAnswer<Unit> answer) {
  jobs_->write_of<Unit>(
      id, kWriteBytes, where, std::move(answer), [id, identity = std::move(identity)](Db& db) {
        return unlink_identity(db, id, identity);
      });
}

void SqlData::revoke(RevokedToken token, Executor& where, StoreAnswer<Unit> answer) {
  jobs_->write<Unit>(where, std::move(answer), [token = std::move(token)](Db& db) -> Result<> {
    revoke_token(db, token);
    return success();
  });
}

void SqlData::revoked(std::int64_t now_s,
                      Executor& where,
                      StoreAnswer<std::vector<RevokedToken>> answer) {
  using Tokens = std::vector<RevokedToken>;
  jobs_->read<Tokens>(where, std::move(answer), [now_s](Db& db) -> Result<Tokens> {
    return revoked_tokens(db, now_s);
  });
}

// ---- Storage objects -------------------------------------------------------------------------

void SqlData::read_objects(std::vector<ObjectKey> keys,
                           ObjectActor actor,
                           Executor& where,
                           StoreAnswer<std::vector<StorageObject>> answer) {
  using Objects = std::vector<StorageObject>;
  jobs_->read<Objects>(where, std::move(answer), [keys = std::move(keys), actor](Db& db) {
    return storage::read_objects(db, keys, actor);
  });
}

void SqlData::write_objects(std::vector<ObjectWrite> writes,
                            ObjectActor actor,
                            std::int64_t now_s,
                            Executor& where,
                            StoreAnswer<std::vector<ObjectAck>> answer) {
  using Acks = std::vector<ObjectAck>;
  const Uuid player = actor.server ? Uuid{} : actor.user_id;
  const std::uint64_t bytes = bytes_of(writes);
  jobs_->write_of<Acks>(
      player, bytes, where, std::move(answer), [writes = std::move(writes), actor, now_s](Db& db) {
        return storage::write_objects(db, writes, actor, now_s);
      });
}

void SqlData::delete_objects(std::vector<ObjectDelete> deletes,
                             ObjectActor actor,
                             Executor& where,
                             StoreAnswer<Unit> answer) {
  const Uuid player = actor.server ? Uuid{} : actor.user_id;
  const std::uint64_t bytes = kWriteBytes * deletes.size();
  jobs_->write_of<Unit>(
      player, bytes, where, std::move(answer), [deletes = std::move(deletes), actor](Db& db) {
        return storage::delete_objects(db, deletes, actor);
      });
}

void SqlData::list_objects(ObjectQuery query,
                           ObjectActor actor,
                           Executor& where,
                           StoreAnswer<ObjectPage> answer) {
  jobs_->read<ObjectPage>(where, std::move(answer), [query = std::move(query), actor](Db& db) {
    return storage::list_objects(db, query, actor);
  });
}

// ---- Notifications ---------------------------------------------------------------------------

void SqlData::list_notifications(Uuid user,
                                 std::uint32_t limit,
                                 std::string cursor,
                                 Executor& where,
                                 StoreAnswer<NotificationPage> answer) {
  jobs_->read<NotificationPage>(
      where, std::move(answer), [user, limit, cursor = std::move(cursor)](Db& db) {
        return storage::list_notifications(db, user, limit, cursor);
      });
}

void SqlData::delete_notifications(Uuid user,
                                   std::vector<Uuid> ids,
                                   Executor& where,
                                   StoreAnswer<Unit> answer) {
  jobs_->write_of<Unit>(user,
                        kWriteBytes,
                        where,
                        std::move(answer),
                        [user, ids = std::move(ids)](Db& db) -> Result<> {
                          storage::delete_notifications(db, user, ids);
                          return success();
                        });
}

// ---- Facts -----------------------------------------------------------------------------------

void SqlData::put_fact(std::string name,
                       std::string value,
                       Executor& where,
                       StoreAnswer<Unit> answer) {
  jobs_->write<Unit>(where,
                     std::move(answer),
                     [name = std::move(name), value = std::move(value)](Db& db) -> Result<> {
                       storage::put_fact(db, name, value);
                       return success();
                     });
}

void SqlData::get_fact(std::string name,
                       Executor& where,
                       StoreAnswer<std::optional<std::string>> answer) {
  using Fact = std::optional<std::string>;
  jobs_->read<Fact>(where, std::move(answer), [name = std::move(name)](Db& db) -> Result<Fact> {
    return storage::get_fact(db, name);
  });
}

// The check writes, because a disk that can be read but not written is not healthy.
void SqlData::ping(Executor& where, StoreAnswer<Unit> answer) {
  jobs_->write<Unit>(where, std::move(answer), [](Db& db) -> Result<> {
    storage::put_fact(db, "store.pinged", "1");
    return success();
  });
}

}  // namespace serai::storage
