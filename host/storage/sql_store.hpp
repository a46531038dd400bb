// SqlStore: the Store port on a SQL database. Entities, units and money are here; the rest of the
// port is in SqlData.
//
// Errors  of open(): unavailable (another host or program uses it), failed_precondition (a newer
//         host made it), data_loss (damaged, or not a Serai database), permission_denied (cannot be
//         written). The detail has the remedy. Later: as in the port.
// Thread  as in the port; pump(), flush() and close() not from a shard.
// Owner   executors given to calls must outlive close(), which posts the last answers.
#pragma once

#include <memory>

#include "storage/backup.hpp"
#include "storage/database.hpp"
#include "storage/ledger_sql.hpp"
#include "storage/player_sql.hpp"
#include "storage/sql_data.hpp"
#include "storage/store_options.hpp"

namespace serai::storage {

class SqlStore final : public SqlData {
 public:
  // `database` null: SQLite in options.data_dir.
  static Result<std::unique_ptr<SqlStore>> open(StoreOptions options,
                                                std::unique_ptr<Database> database = nullptr);
  ~SqlStore() override;
  SqlStore(const SqlStore&) = delete;
  SqlStore& operator=(const SqlStore&) = delete;

  // With options.manual: runs all posted commands and commits the ready work. True when there was
  // work.
  bool pump();
  // Writes the finished units. All other units and all later calls are answered with unavailable.
  void close();
  // Checks the ledger. data_loss: it breaks one of its rules. Blocks; for tests and tools.
  Result<> audit();
  // Writes a backup while the store goes on, see backup.hpp. [any thread but a shard's]
  Result<CopiedRows> back_up(const std::string& file);
  // The whole audit, and the history of an account, on a connection of their own, so that nothing
  // else waits for them. [any thread but a shard's]
  Result<LedgerAudit> audit_report();
  Result<LedgerHistory> ledger_history(const std::string& account,
                                       std::int64_t before,
                                       std::uint32_t limit);

  // All data of one player as a file, and back, see player_file.hpp. An import is one transaction
  // of the writer, and all other writes wait for it. [any thread but a shard's]
  Result<PlayerRows> export_player(const PlayerScope& scope, const std::string& file);
  Result<ImportedPlayer> import_player(const PlayerScope& scope, const std::string& file);
  Result<bool> knows_user(const Uuid& user);  // [any thread but a shard's]
  // The player's stored entities, at most `max` of them. [any thread but a shard's]
  Result<std::vector<EntityId>> owned_entities(const PlayerScope& scope, std::size_t max);
  // Moves the money of a purse to "sink". Returns the amount. [any thread but a shard's]
  Result<std::int64_t> empty_purse(const std::string& account, const std::string& reason);

  Result<> admits(const Uuid& player) const override;
  void load(EntityId id, Executor& where, StoreAnswer<std::optional<StoredEntity>> answer) override;
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
  std::uint64_t next_journal_row() override;
  void journal(Executor& where, StoreAnswer<std::vector<JournalRow>> answer) override;

  Result<> flush() override;

 private:
  struct Parts;
  template <class T, class Read>
  Result<T> read_aside(const Read& read);
  template <class T, class Ask>
  Result<T> wait_for(const Ask& ask);
  explicit SqlStore(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace serai::storage
