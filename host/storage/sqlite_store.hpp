// SqliteStore: the Store port on SQLite. A directory is a database.
//
// Errors  of open(): unavailable (another host or program holds it), failed_precondition (made by a
//         newer host), data_loss (damaged, or not a database of ours), permission_denied (cannot
//         write there); the detail says what to do. Later: as the port says.
// Thread  as the port says; pump(), flush() and close() not from a shard.
// Owner   executors given to calls must outlive close(), which gives the last answers.
#pragma once

#include <memory>

#include "ports/store.hpp"
#include "storage/store_options.hpp"

namespace serai {

class SqliteStore final : public Store {
 public:
  static Result<std::unique_ptr<SqliteStore>> open(StoreOptions options);
  ~SqliteStore() override;

  // With options.manual: does everything asked for and commits what is ready. True if there was
  // work.
  bool pump();
  // Writes what is finished, answers the rest with unavailable. Later calls are answered so too.
  void close();
  // data_loss when the ledger breaks one of its rules. Blocks; for tests and tools.
  Result<> audit();

  Result<> admits(const Uuid& player) const override;
  void load(EntityId id, Executor& where, StoreAnswer<std::optional<EntityRecord>> answer) override;
  void list(EntityQuery query, Executor& where, StoreAnswer<std::vector<EntityId>> answer) override;

  UnitId next_unit() override;
  std::uint64_t next_outbox_id() override;
  void stage(UnitId unit, Writes writes, Executor& where, StoreAnswer<Unit> committed) override;
  void finish(UnitId unit) override;
  void abandon(UnitId unit) override;
  void reserve(UnitId unit,
               std::uint64_t run,
               LedgerTransfer transfer,
               Executor& where,
               StoreAnswer<Unit> answer) override;
  void confirm(UnitId unit, std::uint64_t run) override;
  void cancel(UnitId unit, std::uint64_t run) override;
  void balance(std::string account, Executor& where, StoreAnswer<std::int64_t> answer) override;
  void find_answer(std::string scope,
                   std::string key,
                   Executor& where,
                   StoreAnswer<std::optional<IdempotentAnswer>> answer) override;
  void pending_outbox(Executor& where, StoreAnswer<std::vector<OutboxMessage>> answer) override;

  void find_account(Identity identity, Executor& where, StoreAnswer<FoundAccount> answer) override;
  void find_account_by_name(std::string username,
                            Executor& where,
                            StoreAnswer<FoundAccount> answer) override;
  void create_account(NewAccount account,
                      Executor& where,
                      StoreAnswer<FoundAccount> answer) override;
  void get_account(Uuid id, Executor& where, StoreAnswer<Account> answer) override;
  void get_users(std::vector<Uuid> ids,
                 std::vector<std::string> usernames,
                 Executor& where,
                 StoreAnswer<std::vector<User>> answer) override;
  void update_account(Uuid id,
                      AccountUpdate update,
                      Executor& where,
                      StoreAnswer<Unit> answer) override;
  void delete_account(Uuid id, Executor& where, StoreAnswer<Unit> answer) override;
  void link(Uuid id,
            Identity identity,
            std::string password_hash,
            Executor& where,
            StoreAnswer<Unit> answer) override;
  void unlink(Uuid id, Identity identity, Executor& where, StoreAnswer<Unit> answer) override;
  void revoke(RevokedToken token, Executor& where, StoreAnswer<Unit> answer) override;
  void revoked(std::int64_t now_s,
               Executor& where,
               StoreAnswer<std::vector<RevokedToken>> answer) override;

  void read_objects(std::vector<ObjectKey> keys,
                    ObjectActor actor,
                    Executor& where,
                    StoreAnswer<std::vector<StorageObject>> answer) override;
  void write_objects(std::vector<ObjectWrite> writes,
                     ObjectActor actor,
                     std::int64_t now_s,
                     Executor& where,
                     StoreAnswer<std::vector<ObjectAck>> answer) override;
  void delete_objects(std::vector<ObjectDelete> deletes,
                      ObjectActor actor,
                      Executor& where,
                      StoreAnswer<Unit> answer) override;
  void list_objects(ObjectQuery query,
                    ObjectActor actor,
                    Executor& where,
                    StoreAnswer<ObjectPage> answer) override;

  void list_notifications(Uuid user,
                          std::uint32_t limit,
                          std::string cursor,
                          Executor& where,
                          StoreAnswer<NotificationPage> answer) override;
  void delete_notifications(Uuid user,
                            std::vector<Uuid> ids,
                            Executor& where,
                            StoreAnswer<Unit> answer) override;

  void put_fact(std::string name,
                std::string value,
                Executor& where,
                StoreAnswer<Unit> answer) override;
  void get_fact(std::string name,
                Executor& where,
                StoreAnswer<std::optional<std::string>> answer) override;
  void ping(Executor& where, StoreAnswer<Unit> answer) override;
  Result<> flush() override;

 private:
  struct Parts;
  explicit SqliteStore(std::unique_ptr<Parts> parts);
  template <class T, class F>
  void read(Executor& where, StoreAnswer<T> answer, F work);
  template <class T, class F>
  void write(Executor& where, StoreAnswer<T> answer, F work, std::uint64_t bytes = 0);
  template <class T, class F>
  void write_of(
      const Uuid& player, std::uint64_t bytes, Executor& where, StoreAnswer<T> answer, F work);

  std::unique_ptr<Parts> parts_;
};

}  // namespace serai
