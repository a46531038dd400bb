// Readers: threads that run reading jobs, each with a connection of its own.
//
// Batch   a reader takes its share of the waiting jobs and runs it in one read transaction. The
//         transaction begins after the last of these jobs was posted, so that no job reads data
//         older than its call.
// Errors  a job that meets a disk error is answered with it; the connection is then opened again.
// Thread  post(), close(): any.
// Owner   borrows the database. Jobs are moved in and delivered once. Those left at close() are
//         answered with unavailable.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "storage/database.hpp"
#include "storage/job.hpp"

namespace serai::storage {

class Readers {
 public:
  Readers(Database& database, std::uint32_t threads);
  ~Readers();
  Readers(const Readers&) = delete;
  Readers& operator=(const Readers&) = delete;

  void post(std::unique_ptr<Job> job);
  void close();

 private:
  using Jobs = std::vector<std::unique_ptr<Job>>;

  void work();
  bool take_share(Jobs& share);  // waits for a job; false after close()
  void answer(std::unique_ptr<Db>& db, Job& job);
  // Runs a job on `db`, which is opened when it is null, and dropped after an error.
  std::optional<Error> run(std::unique_ptr<Db>& db, Job& job);

  Database& database_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Jobs jobs_;            // guarded by mutex_
  bool closed_ = false;  // guarded by mutex_
  const std::size_t threads_max_;
  std::vector<std::thread> threads_;
};

}  // namespace serai::storage
