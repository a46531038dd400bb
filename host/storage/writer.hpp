// Writer: the one thread that writes. It collects commands for one window; WriterCore commits the
// ready work in one transaction.
//
// Errors  flush(): the error of the last batch. After close() commands get unavailable from
//         WriterCore.
// Thread  post(), close(), flush(): any. Commands run on the writer's thread; with
//         StoreOptions::manual on the thread that calls pump().
// Owner   owns its thread and the core; borrows the options.
#pragma once

#include <atomic>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <variant>
#include <vector>

#include "base/unique_function.hpp"
#include "storage/store_options.hpp"
#include "storage/writer_core.hpp"

namespace serai::storage {

class Writer {
 public:
  using Command = UniqueFunction<void(WriterCore&)>;
  enum class Urgency { can_wait, now };  // can_wait: until the end of a commit window

  Writer(WriterCore core, const StoreOptions& options);
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void post(Command command, Urgency urgency = Urgency::can_wait);
  // A reservation is a command of its own, because those that wait are looked up together.
  void post(ReserveRequest request);
  bool pump();  // with StoreOptions::manual only; true when there was work
  Result<> flush();
  void close();

 private:
  using Posted = std::variant<Command, ReserveRequest>;
  void work();
  bool wait(bool in_window, std::chrono::steady_clock::time_point until, std::vector<Posted>& out);
  void add(Posted posted, Urgency urgency);
  void run(std::vector<Posted>& inbox);
  static void run_one(Posted& posted, WriterCore& core);
  void commit();

  WriterCore core_;
  const StoreOptions& options_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Posted> inbox_;  // guarded by mutex_
  bool urgent_ = false;        // guarded by mutex_
  bool in_window_ = false;     // guarded by mutex_
  bool stop_ = false;          // guarded by mutex_
  bool closed_ = false;        // guarded by mutex_: commands run at once, and the core refuses them
  std::vector<std::promise<Result<>>> flushes_;
  std::thread thread_;
};

}  // namespace serai::storage
