// Writer: the one that writes. Collects what is ready for a moment and commits it in one
// transaction.
//
// Batch   units that may be committed, then jobs in the order they came; batch_bytes_max of each at
//         most, so that nobody waits for more than that of others' before its turn. A batch that
//         fails for the disk's sake is lost as a whole; one that fails on a statement is tried
//         again piece by piece.
// Errors  unavailable to everybody in a lost batch; the connection is opened anew before the next.
// Thread  post(), close(), flush(): any. Everything a command does: the writer's thread; with
//         Mode::manual the thread that calls pump().
#pragma once

#include <atomic>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/unique_function.hpp"
#include "storage/readers.hpp"
#include "storage/store_options.hpp"
#include "storage/unit_desk.hpp"

namespace serai {

// What commands work on.
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
  std::int64_t house_kept_ms_ = 0;
  bool closed_ = false;
  Histogram* commit_seconds_ = nullptr;
  Counter* commits_ = nullptr;
  Counter* committed_ = nullptr;
  Counter* lost_ = nullptr;
};

class Writer {
 public:
  using Command = UniqueFunction<void(WriterCore&)>;
  enum class Urgency { can_wait, now };  // can_wait: a commit window may pass first

  Writer(WriterCore core, const StoreOptions& options);
  ~Writer();

  void post(Command command, Urgency urgency = Urgency::can_wait);
  bool pump();  // manual only
  Result<> flush();
  void close();

 private:
  void work();
  bool wait(bool in_window, std::chrono::steady_clock::time_point until, std::vector<Command>& out);
  void drain(std::vector<Command>& commands);

  WriterCore core_;
  const StoreOptions& options_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Command> inbox_;  // guarded by mutex_
  bool urgent_ = false;         // guarded by mutex_
  bool in_window_ = false;      // guarded by mutex_
  bool stop_ = false;           // guarded by mutex_
  bool closed_ = false;  // guarded by mutex_: commands run at once, and are refused by the core
  std::vector<std::promise<Result<>>> flushes_;
  std::thread thread_;
};

}  // namespace serai
