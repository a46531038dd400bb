#include "storage/sql_store.hpp"

#include <atomic>
#include <future>

#include "storage/account_sql.hpp"
#include "storage/ledger_sql.hpp"
#include "storage/migrations.hpp"
#include "storage/notification_sql.hpp"
#include "storage/player_sql.hpp"
#include "storage/sqlite/sqlite_database.hpp"
#include "storage/store_jobs.hpp"
#include "storage/unit_sql.hpp"

namespace serai::storage {
namespace {

// Each opening of the database gets a range of 2^40 numbers of its own, for units, messages and
// rows of the journal, so that restarts never use a number twice.
constexpr int kNumbersPerOpening = 40;
constexpr char kOpenings[] = "store.openings";

Result<std::uint64_t> count_opening(Db& db) {
  db.begin();
  const auto before = get_fact(db, kOpenings);
  const std::uint64_t opening = (before ? std::strtoull(before->c_str(), nullptr, 10) : 0) + 1;
  put_fact(db, kOpenings, std::to_string(opening));
  db.commit();
  if (!db.failed()) return opening;
  Error error = db.error();
  db.rollback();
  return error;
}

// The run of a handler that moves money has a number below this one.
constexpr std::uint64_t kOperatorRuns = std::uint64_t{1} << 63;

// Runs an answer on the store's own thread, while the caller waits on its thread.
class InlineExecutor final : public Executor {
 public:
  void post(Work work) override { work(); }
};

// Writes an import, after a check that writes nothing. So a file that is refused fails no batch.
class ImportJob final : public Job {
 public:
  using Outcome = Result<ImportedPlayer>;
  ImportJob(PlayerScope scope,
            std::string file,
            std::int64_t now_ms,
            WriterCore& core,
            std::promise<Outcome>& out)
      : scope_(std::move(scope)), file_(std::move(file)), now_ms_(now_ms), core_(core), out_(out) {}

  void run(Db& db) override {
    if (auto good = check_import(db, file_, scope_); !good) {
      outcome_ = good.error();
      return;
    }
    outcome_ = write_import(db, file_, now_ms_, core_.transfer_numbers());
    // The file has changed since the check: nothing may stay of what was written.
    if (!outcome_ && !db.failed()) db.fail(outcome_.error(), DbFailure::statement);
  }
  void deliver(const Error* lost) override {
    core_.forget_balances();  // the import has changed them behind the desk
    out_.set_value(lost != nullptr ? Outcome(*lost) : std::move(outcome_));
  }

 private:
  PlayerScope scope_;
  std::string file_;
  std::int64_t now_ms_;
  WriterCore& core_;
  std::promise<Outcome>& out_;
  Outcome outcome_{Errc::internal, "store: the import has not run"};
};

}  // namespace

// Members are destroyed from the last to the first: the writer stops before the readers, to which
// it passes loads, and both before the database.
struct SqlStore::Parts {
  StoreOptions options;
  std::unique_ptr<Database> database;
  std::shared_ptr<WaitingWrites> waiting;  // each waiting write has a share of it
  std::atomic<std::uint64_t> next_unit{0};
  std::atomic<std::uint64_t> next_outbox{0};
  std::atomic<std::uint64_t> next_journal_row{0};
  std::atomic<std::uint64_t> next_run{kOperatorRuns};
  std::unique_ptr<Readers> readers;  // null with options.manual
  std::unique_ptr<Writer> writer;
};

SqlStore::SqlStore(std::unique_ptr<Parts> parts)
    : SqlData(std::make_unique<StoreJobs>(*parts->writer, parts->readers.get(), parts->waiting),
              parts->options.devices_max),
      parts_(std::move(parts)) {}

SqlStore::~SqlStore() { close(); }

Result<std::unique_ptr<SqlStore>> SqlStore::open(StoreOptions options,
                                                 std::unique_ptr<Database> database) {
  SERAI_ASSERT(options.clock != nullptr);
  if (database == nullptr && options.data_dir.empty() && !options.manual) {
    return Error{Errc::invalid_argument, "a store with threads needs a data directory"};
  }
  auto parts = std::make_unique<Parts>();
  parts->options = std::move(options);
  const StoreOptions& given = parts->options;
  Metrics& metrics = given.metrics != nullptr ? *given.metrics : no_metrics();
  parts->waiting = std::make_shared<WaitingWrites>(given.waiting, metrics);
  parts->database = database ? std::move(database)
                             : std::make_unique<SqliteDatabase>(given.data_dir, given.cache_kb);
  auto db = parts->database->open_writer();
  if (!db) return db.error();
  auto schema = migrate_to(**db, newest_schema());
  if (!schema) {
    Error error = std::move(schema).error();
    error.detail = parts->database->name() + ": " + error.detail;
    return error;
  }
  auto opening = count_opening(**db);
  if (!opening) return opening.error();
  const std::uint64_t numbers = (*opening << kNumbersPerOpening) + 1;
  parts->next_unit = numbers;
  parts->next_outbox = numbers;
  parts->next_journal_row = numbers;

  (*db)->set_fault(given.fault);
  if (!given.manual) {
    parts->readers = std::make_unique<Readers>(*parts->database, given.readers);
  }
  WriterCore core(*std::move(db), *parts->database, given, parts->readers.get(), numbers);
  parts->writer = std::make_unique<Writer>(std::move(core), given);
  given.log.info("store.opened", {{"database", parts->database->name()}, {"schema", *schema}});
  return std::unique_ptr<SqlStore>(new SqlStore(std::move(parts)));
}

bool SqlStore::pump() { return parts_->writer->pump(); }

void SqlStore::close() {
  // The writer closes last: the last connection writes the log into the database, and readers
  // cannot write.
  if (parts_->readers) parts_->readers->close();
  parts_->writer->close();
  parts_->database.reset();
}

Result<> SqlStore::flush() { return parts_->writer->flush(); }

Result<> SqlStore::audit() {
  std::promise<Result<>> promise;
  auto result = promise.get_future();
  parts_->writer->post(
      [&promise](WriterCore& core) {
        // An answer is posted to an executor, but a promise has none. So the job itself sets the
        // promise.
        class Audit final : public Job {
         public:
          explicit Audit(std::promise<Result<>>& out) : out_(out) {}
          void run(Db& db) override { found_ = check_ledger(db); }
          void deliver(const Error* lost) override {
            out_.set_value(lost != nullptr ? Result<>(*lost) : std::move(found_));
          }

         private:
          std::promise<Result<>>& out_;
          Result<> found_ = success();
        };
        core.write(std::make_unique<Audit>(promise));
      },
      Writer::Urgency::now);
  if (parts_->options.manual) parts_->writer->pump();
  return result.get();
}

template <class T, class Read>
Result<T> SqlStore::read_aside(const Read& read) {
  auto db = parts_->database->open_reader();
  if (!db) return db.error();
  (*db)->begin_reading();
  return read(**db);
}

Result<LedgerAudit> SqlStore::audit_report() {
  return read_aside<LedgerAudit>([](Db& db) { return audit_ledger(db); });
}

Result<LedgerHistory> SqlStore::ledger_history(const std::string& account,
                                               std::int64_t before,
                                               std::uint32_t limit) {
  return read_aside<LedgerHistory>(
      [&](Db& db) { return storage::ledger_history(db, account, before, limit); });
}

Result<CopiedRows> SqlStore::back_up(const std::string& file) {
  return storage::back_up(*parts_->database, file);
}

// ---- One player's data -----------------------------------------------------------------------

// Calls `ask(executor, answer)` and waits for the answer.
template <class T, class Ask>
Result<T> SqlStore::wait_for(const Ask& ask) {
  static InlineExecutor here;
  // Shared with the answer, which may still use it when this thread goes on.
  auto answered = std::make_shared<std::promise<Result<T>>>();
  auto result = answered->get_future();
  ask(here,
      StoreAnswer<T>([answered](Result<T> answer) { answered->set_value(std::move(answer)); }));
  if (parts_->options.manual) pump();
  return result.get();
}

Result<PlayerRows> SqlStore::export_player(const PlayerScope& scope, const std::string& file) {
  auto writer = PlayerFileWriter::create(file);
  if (!writer) return writer.error();
  const PlayerHeader header{Uuid::make_random(), scope.user, parts_->options.clock->now_ms()};
  if (auto begun = (*writer)->add(header); !begun) return begun.error();
  auto counts =
      read_aside<PlayerRows>([&](Db& db) { return storage::export_player(db, scope, **writer); });
  if (!counts) return counts;
  if (auto done = (*writer)->finish(); !done) return done.error();
  return counts;
}

Result<ImportedPlayer> SqlStore::import_player(const PlayerScope& scope, const std::string& file) {
  std::promise<Result<ImportedPlayer>> promise;
  auto result = promise.get_future();
  const std::int64_t now_ms = parts_->options.clock->now_ms();
  parts_->writer->post(
      [&](WriterCore& core) {
        core.write(std::make_unique<ImportJob>(scope, file, now_ms, core, promise));
      },
      Writer::Urgency::now);
  if (parts_->options.manual) pump();
  return result.get();
}

Result<bool> SqlStore::knows_user(const Uuid& user) {
  return read_aside<bool>([&](Db& db) -> Result<bool> {
    const bool known = storage::get_account(db, user).ok();
    if (db.failed()) return db.error();
    return known;
  });
}

Result<std::vector<EntityId>> SqlStore::owned_entities(const PlayerScope& scope, std::size_t max) {
  return read_aside<std::vector<EntityId>>([&](Db& db) { return list_owned(db, scope, max); });
}

Result<std::int64_t> SqlStore::empty_purse(const std::string& account, const std::string& reason) {
  auto held = wait_for<std::int64_t>(
      [&](Executor& where, auto answer) { balance(account, where, std::move(answer)); });
  if (!held || *held == 0) return held;
  LedgerTransfer transfer;
  transfer.idem_key = reason + ":" + account + ":" + Uuid::make_random().text();
  transfer.reason = reason;
  transfer.entries = {{account, -*held, false}, {"sink", *held, true}};
  const UnitId unit = next_unit();
  const std::uint64_t run = parts_->next_run.fetch_add(1, std::memory_order_relaxed);
  const auto reserved = wait_for<Unit>([&](Executor& where, auto answer) {
    reserve(unit, run, std::move(transfer), where, std::move(answer));
  });
  if (!reserved) {
    cancel(unit, run);
    abandon(unit);
    return reserved.error();
  }
  const auto stored = wait_for<Unit>([&](Executor& where, auto answer) {
    confirm(unit, run);
    stage(unit, {}, where, std::move(answer));
    finish(unit);
  });
  if (!stored) return stored.error();
  return held;
}

// ---- Entities and units ----------------------------------------------------------------------

Result<> SqlStore::admits(const Uuid& player) const { return parts_->waiting->admit(player, 0); }

void SqlStore::load(EntityId id, Executor& where, StoreAnswer<std::optional<StoredEntity>> answer) {
  parts_->writer->post(
      [id = std::move(id), &where, answer = std::move(answer)](WriterCore& core) mutable {
        core.load(std::move(id), where, std::move(answer));
      },
      Writer::Urgency::now);
}

void SqlStore::list(EntityQuery query, Executor& where, StoreAnswer<std::vector<EntityId>> answer) {
  using Ids = std::vector<EntityId>;
  jobs().read<Ids>(where, std::move(answer), [query = std::move(query)](Db& db) -> Result<Ids> {
    return list_entities(db, query);
  });
}

UnitId SqlStore::next_unit() { return parts_->next_unit.fetch_add(1, std::memory_order_relaxed); }

std::uint64_t SqlStore::next_outbox_id() {
  return parts_->next_outbox.fetch_add(1, std::memory_order_relaxed);
}

void SqlStore::stage(UnitId unit, Writes writes, Executor& where, StoreAnswer<Unit> committed) {
  UnitPart part;
  part.where = &where;
  part.answer = [reservation = parts_->waiting->take(writes.player, writes.bytes()),
                 committed = std::move(committed)](Result<> result) mutable {
    committed(std::move(result));
  };
  part.writes = std::move(writes);
  parts_->writer->post([unit, part = std::move(part)](WriterCore& core) mutable {
    core.stage(unit, std::move(part));
  });
}

void SqlStore::finish(UnitId unit) {
  parts_->writer->post([unit](WriterCore& core) { core.finish(unit); });
}

void SqlStore::abandon(UnitId unit) {
  parts_->writer->post([unit](WriterCore& core) { core.abandon(unit); });
}

void SqlStore::reserve(UnitId unit,
                       std::uint64_t run,
                       LedgerTransfer transfer,
                       Executor& where,
                       StoreAnswer<Unit> answer) {
  parts_->writer->post(ReserveRequest{unit, run, std::move(transfer), &where, std::move(answer)});
}

void SqlStore::confirm(UnitId unit, std::uint64_t run) {
  parts_->writer->post([unit, run](WriterCore& core) { core.conclude(unit, run, true); });
}

void SqlStore::cancel(UnitId unit, std::uint64_t run) {
  parts_->writer->post([unit, run](WriterCore& core) { core.conclude(unit, run, false); });
}

void SqlStore::balance(std::string account, Executor& where, StoreAnswer<std::int64_t> answer) {
  parts_->writer->post(
      [account = std::move(account), &where, answer = std::move(answer)](WriterCore& core) mutable {
        core.balance(account, where, std::move(answer));
      },
      Writer::Urgency::now);
}

void SqlStore::find_answer(std::string scope,
                           std::string key,
                           Executor& where,
                           StoreAnswer<std::optional<IdempotentAnswer>> answer) {
  using Found = std::optional<IdempotentAnswer>;
  const auto given = std::chrono::milliseconds(parts_->options.retention.answers);
  const std::int64_t after_ms = parts_->options.clock->now_ms() - given.count();
  jobs().read<Found>(
      where,
      std::move(answer),
      [scope = std::move(scope), key = std::move(key), after_ms](Db& db) -> Result<Found> {
        return storage::find_answer(db, scope, key, after_ms);
      });
}

void SqlStore::pending_outbox(Executor& where, StoreAnswer<std::vector<OutboxMessage>> answer) {
  using Messages = std::vector<OutboxMessage>;
  jobs().read<Messages>(where, std::move(answer), [](Db& db) -> Result<Messages> {
    return storage::pending_outbox(db);
  });
}

std::uint64_t SqlStore::next_journal_row() {
  return parts_->next_journal_row.fetch_add(1, std::memory_order_relaxed);
}

void SqlStore::journal(Executor& where, StoreAnswer<std::vector<JournalRow>> answer) {
  using JournalRows = std::vector<JournalRow>;
  jobs().read<JournalRows>(
      where, std::move(answer), [](Db& db) -> Result<JournalRows> { return journal_rows(db); });
}

}  // namespace serai::storage
