// Readers: threads that answer questions, each from a connection of its own.
//
// Errors  a question that meets a disk error is answered with it; the connection is opened anew.
// Thread  post(), close(): any.
// Owner   jobs are moved in and delivered once; those left at close() get unavailable.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "storage/job.hpp"

namespace serai {

class Readers {
 public:
  Readers(std::string database_path, std::uint32_t threads);
  ~Readers();

  void post(std::unique_ptr<Job> job);
  void close();

 private:
  void work();
  void answer(std::unique_ptr<Db>& db, Job& job) const;

  const std::string path_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::unique_ptr<Job>> jobs_;  // guarded by mutex_
  bool closed_ = false;                    // guarded by mutex_
  std::vector<std::thread> threads_;
};

// Runs a job that only reads, and delivers what it found or what went wrong.
void answer_from(Db& db, Job& job);

}  // namespace serai
