// WriterCore: what the writer's commands work on: the connection that writes, units, jobs, and the
// transactions they leave in.
//
// Batch   units that may be committed, then jobs in the order they came; batch_bytes_max of each at
//         most, so that nobody waits for more than that of others' before its turn. A batch that
//         fails for the disk's sake is lost as a whole; one that fails on a statement is tried
//         again piece by piece.
// Errors  unavailable to everybody in a lost batch; the connection is opened anew before the next.
// Thread  the writer's.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "storage/readers.hpp"
#include "storage/store_options.hpp"
#include "storage/unit_desk.hpp"

namespace serai {

class WriterCore {
 public:
  WriterCore(std::unique_ptr<Db> db,
             DbOptions reopen,
             const StoreOptions& options,
             Readers* readers);

  void stage(UnitId unit, UnitPart part);
  void finish(UnitId unit) { desk_.finish(unit); }
  void abandon(UnitId unit) { desk_.abandon(unit); }
  void reserve(ReserveRequest request);
  void conclude(UnitId unit, std::uint64_t run, bool keep);
  void balance(const std::string& account, Executor& where, StoreAnswer<std::int64_t> answer);
  void load(EntityId id, Executor& where, StoreAnswer<std::optional<EntityRecord>> answer);
  void read(std::unique_ptr<Job> job);
  void write(std::unique_ptr<Job> job);

  bool has_work() const { return desk_.has_ready() || !jobs_.empty(); }
  std::size_t waiting() const { return jobs_.size(); }
  Result<> commit();      // a batch of what is ready
  Result<> commit_all();  // gives the error of the last batch
  void keep_house();      // queues a small deletion of what has outlived its time, now and then
  void close();

 private:
  std::vector<std::unique_ptr<Job>> take_jobs();
  bool ensure_open();
  bool recover();
  Result<> attempt(const std::vector<UnitPart>& parts, std::span<const std::unique_ptr<Job>> jobs);
  Result<> commit_piecemeal(CommitQueue::Batch batch, std::vector<std::unique_ptr<Job>> jobs);
  void measure(std::size_t size, std::int64_t began_us);

  std::unique_ptr<Db> db_;  // null while the database cannot be opened
  DbOptions reopen_;
  const StoreOptions& options_;
  Readers* readers_;  // null: the writer reads too
  UnitDesk desk_;
  std::vector<std::unique_ptr<Job>> jobs_;
  std::optional<Error> failure_;  // why the last batch was lost
  std::int64_t cleaned_ms_ = 0;
  bool closed_ = false;
  Histogram* commit_seconds_ = nullptr;
  Counter* commits_ = nullptr;
  Counter* committed_ = nullptr;
  Counter* lost_ = nullptr;
};

}  // namespace serai
