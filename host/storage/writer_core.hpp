// WriterCore: the state behind the writer's commands (the connection, the units and the jobs). It
// commits units and jobs in transactions.
//
// Batch   first units that may be committed, then jobs in the order in which they came; at most
//         batch_bytes_max of each, so that no write waits for more than that of others. When the
//         disk fails, the batch is lost as a whole. When a statement fails, the batch is tried
//         again piece by piece.
// Errors  all calls in a lost batch get unavailable. The connection is opened again before the next
//         batch. When it is lost in a commit, the batch is neither lost nor done until a new
//         connection has shown its outcome; all other work waits so long.
// Thread  the writer's.
// Owner   borrows the database, the options and the readers, which outlive it.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "storage/housekeeping.hpp"
#include "storage/readers.hpp"
#include "storage/store_options.hpp"
#include "storage/unit_desk.hpp"

namespace serai::storage {

class WriterCore {
 public:
  // `numbers`: batches and ledger transfers are numbered from here on. `db` has the schema of this
  // host.
  WriterCore(std::unique_ptr<Db> db,
             Database& database,
             const StoreOptions& options,
             Readers* readers,
             std::uint64_t numbers);

  void stage(UnitId unit, UnitPart part);
  void finish(UnitId unit) { desk_.finish(unit); }
  void abandon(UnitId unit) { desk_.abandon(unit); }
  // See UnitDesk. An error is met again by the reservation.
  void look_up(const std::vector<const LedgerTransfer*>& transfers);
  void forget_transfers() { desk_.forget_transfers(); }
  // For a job that writes transfers itself: their numbers, and what it calls when it is done.
  std::uint64_t& transfer_numbers() { return next_transfer_; }
  void forget_balances() { desk_.forget_balances(); }
  void reserve(ReserveRequest request);
  void conclude(UnitId unit, std::uint64_t run, bool keep);
  void balance(const std::string& account, Executor& where, StoreAnswer<std::int64_t> answer);
  void load(EntityId id, Executor& where, StoreAnswer<std::optional<StoredEntity>> answer);
  void read(std::unique_ptr<Job> job);
  void write(std::unique_ptr<Job> job);

  bool has_work() const {
    return desk_.has_ready() || !jobs_.empty() || doubt_.has_value() || again_.has_value();
  }
  std::size_t waiting() const { return jobs_.size(); }
  Result<> commit();      // one batch of ready work
  Result<> commit_all();  // returns the error of the last batch
  void keep_house();      // queues the next step of the housekeeping when it is due
  bool has_house_work() const { return house_->is_due(options_.clock->now_ms()); }
  void close();

 private:
  // A batch, and the jobs that are written with it.
  struct Work {
    CommitQueue::Batch batch;
    std::vector<std::unique_ptr<Job>> jobs;
    std::size_t size() const { return batch.parts.size() + jobs.size(); }
  };
  // A batch whose connection was lost in its commit.
  struct Doubt {
    std::uint64_t number = 0;
    Work work;
    Error error;
  };
  std::vector<std::unique_ptr<Job>> take_jobs();
  Result<> settle_doubt();
  void done(Work work);
  void lost(Work work, const Error& error);
  template <class Read>
  Result<> read_now(const Read& read);
  bool ensure_open();
  bool recover();
  Result<> attempt(const std::vector<UnitPart>& parts, std::span<const std::unique_ptr<Job>> jobs);
  Result<> attempt_once(const std::vector<UnitPart>& parts,
                        std::span<const std::unique_ptr<Job>> jobs);
  Result<> commit_piecemeal(Work work);
  void measure(std::size_t size, std::int64_t began_us);

  std::unique_ptr<Db> db_;  // null while the database cannot be opened
  Database& database_;
  const StoreOptions& options_;
  Readers* readers_;                     // null: the writer reads too
  std::unique_ptr<Housekeeping> house_;  // at an address of its own, which its jobs borrow
  UnitDesk desk_;
  std::vector<std::unique_ptr<Job>> jobs_;
  std::optional<Error> failure_;     // the error that lost the last batch
  std::optional<Doubt> doubt_;       // nothing is committed before its outcome is known
  std::optional<Work> again_;        // a batch that met a conflict
  std::uint32_t conflicts_ = 0;      // of that batch
  DbFailure how_ = DbFailure::none;  // the kind of the last failed attempt
  std::uint64_t next_batch_;
  std::uint64_t next_transfer_;
  bool closed_ = false;
  Histogram* commit_seconds_ = nullptr;
  Counter* commits_ = nullptr;
  Counter* committed_ = nullptr;
  Counter* lost_ = nullptr;
};

}  // namespace serai::storage
