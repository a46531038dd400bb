// OpsWorkers: a few threads with a bounded queue, for answers that may have to wait.
//
// Errors  post() returns false when `waiting_max` jobs wait already, or after stop().
// Thread  post(), stop(): the server's. Jobs run on the workers' threads and do not throw.
// Owner   owns its threads and the jobs.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace serai::ops {

class OpsWorkers {
 public:
  using Job = std::function<void()>;
  OpsWorkers(const char* name, std::size_t threads, std::size_t waiting_max);
  ~OpsWorkers() { stop(); }
  OpsWorkers(const OpsWorkers&) = delete;
  OpsWorkers& operator=(const OpsWorkers&) = delete;

  bool post(Job job);
  void stop();  // waits for the jobs that have begun; drops the others

 private:
  void run();

  std::size_t waiting_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> waiting_;  // GUARDED_BY(mutex_)
  bool stopping_ = false;    // GUARDED_BY(mutex_)
  std::vector<std::thread> threads_;
};

}  // namespace serai::ops
