#include "storage/sqlite_store.hpp"

#include <atomic>
#include <future>

#include "storage/data_dir.hpp"
#include "storage/migrations.hpp"
#include "storage/notification_sql.hpp"
#include "storage/store_jobs.hpp"
#include "storage/unit_sql.hpp"

namespace serai::storage {
namespace {

// Each opening of the database gets a range of 2^40 unit and outbox numbers of its own, so that
// restarts never use a number twice.
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

}  // namespace

// Members are destroyed from the last to the first: the writer stops before the readers, to which
// it passes loads.
struct SqliteStore::Parts {
  StoreOptions options;
  std::unique_ptr<DataDir> directory;      // null: in memory
  std::shared_ptr<WaitingWrites> waiting;  // each waiting write has a share of it
  std::atomic<std::uint64_t> next_unit{0};
  std::atomic<std::uint64_t> next_outbox{0};
  std::unique_ptr<Readers> readers;  // null with options.manual
  std::unique_ptr<Writer> writer;
};

SqliteStore::SqliteStore(std::unique_ptr<Parts> parts)
    : SqliteData(std::make_unique<StoreJobs>(*parts->writer, parts->readers.get(), parts->waiting),
                 parts->options.devices_max),
      parts_(std::move(parts)) {}

SqliteStore::~SqliteStore() { close(); }

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(StoreOptions options) {
  SERAI_ASSERT(options.clock != nullptr);
  const bool in_memory = options.data_dir.empty();
  if (in_memory && !options.manual) {
    return Error{Errc::invalid_argument, "a store with threads needs a data directory"};
  }
  auto parts = std::make_unique<Parts>();
  parts->options = std::move(options);
  const StoreOptions& given = parts->options;
  Metrics& metrics = given.metrics != nullptr ? *given.metrics : no_metrics();
  parts->waiting = std::make_shared<WaitingWrites>(given.waiting, metrics);
  DbOptions database{.path = ":memory:", .create = true, .cache_kb = given.cache_kb};
  std::unique_ptr<Db> db;
  if (in_memory) {
    auto opened = Db::open(database);
    if (!opened) return opened.error();
    db = *std::move(opened);
  } else {
    auto directory = DataDir::open(given.data_dir);
    if (!directory) return directory.error();
    parts->directory = *std::move(directory);
    database.path = parts->directory->database_path();
    auto opened = open_database(*parts->directory, database);
    if (!opened) return opened.error();
    db = *std::move(opened);
  }
  auto schema = migrate_to(*db, static_cast<int>(migrations().size()));
  if (!schema) {
    Error error = std::move(schema).error();
    error.detail = database.path + ": " + error.detail;
    return error;
  }
  auto opening = count_opening(*db);
  if (!opening) return opening.error();
  parts->next_unit = (*opening << kNumbersPerOpening) + 1;
  parts->next_outbox = (*opening << kNumbersPerOpening) + 1;

  // A database file that has disappeared must be put back, so no later opening creates a new one.
  database.create = in_memory;
  database.fault = given.fault;
  db->set_fault(given.fault);
  if (!given.manual) parts->readers = std::make_unique<Readers>(database.path, given.readers);
  WriterCore core(std::move(db), database, given, parts->readers.get());
  parts->writer = std::make_unique<Writer>(std::move(core), given);
  given.log.info("store.opened", {{"path", database.path}, {"schema", *schema}});
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(parts)));
}

bool SqliteStore::pump() { return parts_->writer->pump(); }

void SqliteStore::close() {
  // The writer closes last: the last connection writes the log into the database, and readers
  // cannot write.
  if (parts_->readers) parts_->readers->close();
  parts_->writer->close();
  parts_->directory.reset();
}

Result<> SqliteStore::flush() { return parts_->writer->flush(); }

Result<> SqliteStore::audit() {
  std::promise<Result<>> promise;
  auto result = promise.get_future();
  parts_->writer->post(
      [&promise](WriterCore& core) {
        // An answer is posted to an executor, but a promise has none. So the job itself sets the
        // promise.
        class Audit final : public Job {
         public:
          explicit Audit(std::promise<Result<>>& out) : out_(out) {}
          void run(Db& db) override { found_ = audit_ledger(db); }
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

// ---- Entities and units ----------------------------------------------------------------------

Result<> SqliteStore::admits(const Uuid& player) const { return parts_->waiting->admit(player, 0); }

void SqliteStore::load(EntityId id,
                       Executor& where,
                       StoreAnswer<std::optional<StoredEntity>> answer) {
  parts_->writer->post(
      [id = std::move(id), &where, answer = std::move(answer)](WriterCore& core) mutable {
        core.load(std::move(id), where, std::move(answer));
      },
      Writer::Urgency::now);
}

void SqliteStore::list(EntityQuery query,
                       Executor& where,
                       StoreAnswer<std::vector<EntityId>> answer) {
  using Ids = std::vector<EntityId>;
  jobs().read<Ids>(where, std::move(answer), [query = std::move(query)](Db& db) -> Result<Ids> {
    return list_entities(db, query);
  });
}

UnitId SqliteStore::next_unit() {
  return parts_->next_unit.fetch_add(1, std::memory_order_relaxed);
}

std::uint64_t SqliteStore::next_outbox_id() {
  return parts_->next_outbox.fetch_add(1, std::memory_order_relaxed);
}

void SqliteStore::stage(UnitId unit, Writes writes, Executor& where, StoreAnswer<Unit> committed) {
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

void SqliteStore::finish(UnitId unit) {
  parts_->writer->post([unit](WriterCore& core) { core.finish(unit); });
}

void SqliteStore::abandon(UnitId unit) {
  parts_->writer->post([unit](WriterCore& core) { core.abandon(unit); });
}

void SqliteStore::reserve(UnitId unit,
                          std::uint64_t run,
                          LedgerTransfer transfer,
                          Executor& where,
                          StoreAnswer<Unit> answer) {
  ReserveRequest request{unit, run, std::move(transfer), &where, std::move(answer)};
  parts_->writer->post([request = std::move(request)](
                           WriterCore& core) mutable { core.reserve(std::move(request)); },
                       Writer::Urgency::now);
}

void SqliteStore::confirm(UnitId unit, std::uint64_t run) {
  parts_->writer->post([unit, run](WriterCore& core) { core.conclude(unit, run, true); });
}

void SqliteStore::cancel(UnitId unit, std::uint64_t run) {
  parts_->writer->post([unit, run](WriterCore& core) { core.conclude(unit, run, false); });
}

void SqliteStore::balance(std::string account, Executor& where, StoreAnswer<std::int64_t> answer) {
  parts_->writer->post(
      [account = std::move(account), &where, answer = std::move(answer)](WriterCore& core) mutable {
        core.balance(account, where, std::move(answer));
      },
      Writer::Urgency::now);
}

void SqliteStore::find_answer(std::string scope,
                              std::string key,
                              Executor& where,
                              StoreAnswer<std::optional<IdempotentAnswer>> answer) {
  using Found = std::optional<IdempotentAnswer>;
  const auto given = std::chrono::milliseconds(parts_->options.answer_retention);
  const std::int64_t after_ms = parts_->options.clock->now_ms() - given.count();
  jobs().read<Found>(
      where,
      std::move(answer),
      [scope = std::move(scope), key = std::move(key), after_ms](Db& db) -> Result<Found> {
        return storage::find_answer(db, scope, key, after_ms);
      });
}

void SqliteStore::pending_outbox(Executor& where, StoreAnswer<std::vector<OutboxMessage>> answer) {
  using Messages = std::vector<OutboxMessage>;
  jobs().read<Messages>(where, std::move(answer), [](Db& db) -> Result<Messages> {
    return storage::pending_outbox(db);
  });
}

}  // namespace serai::storage
