#include "storage/writer_core.hpp"

#include "storage/unit_sql.hpp"

namespace serai::storage {
namespace {

// A batch that another transaction was in the way of is tried again after the next window, so
// often.
constexpr std::uint32_t kConflictsMax = 50;

Error closed() { return {Errc::unavailable, "store: closed"}; }

}  // namespace

WriterCore::WriterCore(std::unique_ptr<Db> db,
                       Database& database,
                       const StoreOptions& options,
                       Readers* readers,
                       std::uint64_t numbers)
    : db_(std::move(db)),
      database_(database),
      options_(options),
      readers_(readers),
      house_(std::make_unique<Housekeeping>(options)),
      next_batch_(numbers),
      next_transfer_(numbers) {
  if (options.metrics == nullptr) return;
  Metrics& metrics = *options.metrics;
  commit_seconds_ = &metrics.histogram("serai_store_commit_seconds", "Time of one group commit.");
  commits_ = &metrics.counter("serai_store_commits_total", "Group commits on disk.");
  committed_ = &metrics.counter("serai_store_committed_total", "Unit parts and writes on disk.");
  lost_ =
      &metrics.counter("serai_store_lost_total", "Unit parts and writes lost to a failing disk.");
}

// Reads on the writer's connection. When the connection has been lost meanwhile, it reads once more
// on a new one.
template <class Read>
Result<> WriterCore::read_now(const Read& read) {
  if (closed_) return closed();
  for (bool again = true;; again = false) {
    if (!ensure_open()) return *failure_;
    read(*db_);
    if (!db_->failed()) return success();
    Error error = db_->error();
    recover();
    if (db_ || !again) return error;
  }
}

void WriterCore::stage(UnitId unit, UnitPart part) {
  if (closed_) {
    if (part.where != nullptr) post_answer<Unit>(*part.where, std::move(part.answer), closed());
    return;
  }
  std::optional<bool> answered;
  if (!part.writes.answers.empty()) {
    const std::int64_t retention_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(options_.retention.answers).count();
    const std::int64_t after_ms = options_.clock->now_ms() - retention_ms;
    const auto read = read_now([&](Db& db) { answered = desk_.is_answered(part, db, after_ms); });
    if (!read) answered.reset();
  }
  desk_.stage(unit, std::move(part), answered);
}

void WriterCore::look_up(const std::vector<const LedgerTransfer*>& transfers) {
  static_cast<void>(read_now([&](Db& db) { desk_.look_up(transfers, db); }));
}

void WriterCore::reserve(ReserveRequest request) {
  const auto read = read_now([&](Db& db) { desk_.reserve(request, db); });
  if (read) return;
  post_answer<Unit>(
      *request.where, std::move(request.answer), Error{Errc::unavailable, read.error().detail});
}

void WriterCore::conclude(UnitId unit, std::uint64_t run, bool keep) {
  if (closed_) return;
  desk_.conclude(unit, run, keep, ensure_open() ? db_.get() : nullptr);
  recover();
}

void WriterCore::balance(const std::string& account,
                         Executor& where,
                         StoreAnswer<std::int64_t> answer) {
  std::int64_t found = 0;
  const auto read = read_now([&](Db& db) { found = desk_.balance(account, db); });
  post_answer<std::int64_t>(
      where, std::move(answer), read ? Result<std::int64_t>(found) : read.error());
}

void WriterCore::load(EntityId id,
                      Executor& where,
                      StoreAnswer<std::optional<StoredEntity>> answer) {
  using Stored = std::optional<StoredEntity>;
  if (closed_) {
    post_answer<Stored>(where, std::move(answer), closed());
    return;
  }
  if (const auto pending = desk_.loading(id)) {
    Stored stored = pending->stored != nullptr ? Stored(*pending->stored) : std::nullopt;
    post_answer<Stored>(where, std::move(answer), std::move(stored));
    return;
  }
  read(make_job<Stored>(where, std::move(answer), [id = std::move(id)](Db& db) -> Result<Stored> {
    return load_entity(db, id);
  }));
}

void WriterCore::read(std::unique_ptr<Job> job) {
  if (readers_ != nullptr) {
    return readers_->post(std::move(job));
  }
  const auto done = read_now([&](Db& db) { job->run(db); });
  job->deliver(done ? nullptr : &done.error());
}

void WriterCore::write(std::unique_ptr<Job> job) {
  if (closed_) {
    const Error error = closed();
    job->deliver(&error);
    return;
  }
  jobs_.push_back(std::move(job));
}

// Opens the connection again when there is none, or when its files are no longer at their path.
// False when it cannot be opened.
bool WriterCore::ensure_open() {
  if (db_ && !db_->is_in_place()) {
    options_.log.error("store.moved", {{"database", database_.name()}});
    db_.reset();
  }
  if (db_) return true;
  auto opened = database_.open_writer();
  if (!opened) {
    failure_ = Error{Errc::unavailable, opened.error().detail};
    return false;
  }
  db_ = *std::move(opened);
  db_->set_fault(options_.fault);
  desk_.forget_balances();
  options_.log.info("store.reopened", {{"database", database_.name()}});
  return true;
}

// Makes the connection usable after an error. False when it had to be dropped.
bool WriterCore::recover() {
  if (!db_ || !db_->failed()) return db_ != nullptr;
  db_->rollback();
  if (db_->failed()) db_.reset();
  return db_ != nullptr;
}

Result<> WriterCore::attempt_once(const std::vector<UnitPart>& parts,
                                  std::span<const std::unique_ptr<Job>> jobs) {
  how_ = DbFailure::away;
  if (!ensure_open()) return *failure_;
  db_->begin_batch(++next_batch_);
  write_parts(*db_, parts, options_.clock->now_ms(), next_transfer_);
  for (const auto& job : jobs) {
    if (db_->failed()) break;
    job->run(*db_);
  }
  // A commit into a deleted file would succeed, but its data would be lost.
  if (!db_->failed() && !db_->is_in_place()) {
    db_->rollback();
    db_.reset();
    return Error{Errc::unavailable, database_.name() + " was moved or deleted: put it back"};
  }
  db_->commit();
  if (!db_->failed()) return success();
  Error error = db_->error();
  how_ = db_->failure();
  recover();
  if (how_ != DbFailure::statement) error.code = Errc::unavailable;
  return error;
}

Result<> WriterCore::attempt(const std::vector<UnitPart>& parts,
                             std::span<const std::unique_ptr<Job>> jobs) {
  const bool was_open = db_ != nullptr;
  auto result = attempt_once(parts, jobs);
  // A connection that was lost before the commit, for example while it was idle, has written
  // nothing.
  if (!result && how_ == DbFailure::away && was_open && !db_) result = attempt_once(parts, jobs);
  return result;
}

Result<> WriterCore::commit() {
  if (doubt_) {
    if (auto settled = settle_doubt(); !settled) return settled;
  }
  Work work = again_ ? *std::exchange(again_, std::nullopt)
                     : Work{desk_.take(options_.batch_bytes_max), take_jobs()};
  if (work.size() == 0) {
    desk_.committed(std::move(work.batch));
    return success();
  }
  const std::int64_t began_us = options_.clock->steady_us();
  auto result = attempt(work.batch.parts, work.jobs);
  if (result) {
    measure(work.size(), began_us);
    done(std::move(work));
  } else if (how_ == DbFailure::doubt) {
    options_.log.error("store.commit_in_doubt", {{"error", result.error().detail}});
    failure_ = result.error();
    doubt_ = Doubt{next_batch_, std::move(work), result.error()};
  } else if (how_ == DbFailure::conflict && ++conflicts_ < kConflictsMax) {
    again_ = std::move(work);
    return result;
  } else if (how_ == DbFailure::statement && work.size() > 1) {
    return commit_piecemeal(std::move(work));
  } else {
    lost(std::move(work), result.error());
  }
  conflicts_ = 0;
  return result;
}

// Asks a new connection whether the batch is committed.
Result<> WriterCore::settle_doubt() {
  if (!ensure_open()) return *failure_;
  const bool is_committed = db_->has_batch(doubt_->number);
  if (db_->failed()) {
    Error error = db_->error();
    recover();
    return error;
  }
  options_.log.info("store.doubt_settled", {{"committed", is_committed}});
  Doubt doubt = *std::exchange(doubt_, std::nullopt);
  if (is_committed) {
    done(std::move(doubt.work));
    // Balances read meanwhile have the batch already.
    desk_.forget_balances();
  } else {
    lost(std::move(doubt.work), doubt.error);
    return doubt.error;
  }
  return success();
}

void WriterCore::done(Work work) {
  house_->committed(work.batch.parts);
  desk_.committed(std::move(work.batch));
  for (const auto& job : work.jobs) job->deliver(nullptr);
  if (failure_) options_.log.info("store.recovered");
  failure_.reset();
}

void WriterCore::lost(Work work, const Error& error) {
  if (lost_ != nullptr) lost_->add(static_cast<double>(work.size()));
  if (!failure_) {
    options_.log.error("store.batch_lost", {{"size", work.size()}, {"error", error.detail}});
  }
  failure_ = error;
  desk_.lost(std::move(work.batch), error);
  for (const auto& job : work.jobs) job->deliver(&error);
}

Result<> WriterCore::commit_all() {
  Result<> last = commit();
  if (doubt_) last = commit();
  while (has_work() && !doubt_) last = commit();
  return last;
}

// Takes jobs from the front, because they are written in the order in which they came.
std::vector<std::unique_ptr<Job>> WriterCore::take_jobs() {
  std::size_t bytes = 0;
  std::size_t count = 0;
  while (count < jobs_.size() && (count == 0 || bytes < options_.batch_bytes_max)) {
    bytes += jobs_[count++]->bytes();
  }
  const auto end = jobs_.begin() + static_cast<std::ptrdiff_t>(count);
  std::vector<std::unique_ptr<Job>> taken(std::make_move_iterator(jobs_.begin()),
                                          std::make_move_iterator(end));
  jobs_.erase(jobs_.begin(), end);
  return taken;
}

// Commits the units together, then each job alone, so that one bad statement does not fail the
// others.
Result<> WriterCore::commit_piecemeal(Work work) {
  Result<> worst = success();
  auto units = work.batch.parts.empty() ? success() : attempt(work.batch.parts, {});
  if (units) {
    house_->committed(work.batch.parts);
    desk_.committed(std::move(work.batch));
  } else if (how_ == DbFailure::doubt) {
    jobs_.insert(jobs_.begin(),
                 std::make_move_iterator(work.jobs.begin()),
                 std::make_move_iterator(work.jobs.end()));
    work.jobs.clear();
    doubt_ = Doubt{next_batch_, std::move(work), units.error()};
    return units;
  } else {
    worst = units.error();
    options_.log.error("store.units_lost", {{"error", units.error().detail}});
    desk_.lost(std::move(work.batch), Error{Errc::unavailable, units.error().detail});
  }
  for (const auto& job : work.jobs) {
    auto alone = attempt({}, std::span(&job, 1));
    if (alone) {
      job->deliver(nullptr);
      continue;
    }
    worst = alone.error();
    options_.log.error("store.write_failed", {{"error", alone.error().detail}});
    job->deliver(&alone.error());
  }
  return worst;
}

void WriterCore::measure(std::size_t size, std::int64_t began_us) {
  if (commits_ == nullptr) return;
  commits_->add();
  committed_->add(static_cast<double>(size));
  const std::int64_t took_us = options_.clock->steady_us() - began_us;
  commit_seconds_->observe(static_cast<double>(took_us) / 1e6);
}

void WriterCore::keep_house() {
  if (closed_) return;
  const std::int64_t now_ms = options_.clock->now_ms();
  if (house_->is_due(now_ms)) jobs_.push_back(house_->step(now_ms));
  for (auto& count : house_->counts(now_ms)) read(std::move(count));
}

void WriterCore::close() {
  closed_ = true;
  if (doubt_) {
    Doubt doubt = *std::exchange(doubt_, std::nullopt);
    lost(std::move(doubt.work), doubt.error);
  }
  if (again_) lost(*std::exchange(again_, std::nullopt), closed());
  desk_.close(closed());
  const Error error = closed();
  for (const auto& job : std::exchange(jobs_, {})) job->deliver(&error);
  db_.reset();
}

}  // namespace serai::storage
