// Inbox: work for the loader thread, and its place to wait.
//
// Thread  post(): any. wait() and run_ready(): the loader thread.
// Owner   owns posted work; work left at the end is destroyed without running.
#pragma once

#include <chrono>
#include <deque>
#include <mutex>

#include "base/executor.hpp"
#include "base/fd.hpp"

namespace serai {

class Inbox final : public Executor {
 public:
  Inbox();

  void post(Work work) override;

  // Returns when there is work, when `other` (or -1) can be read, or at the deadline.
  void wait(std::chrono::steady_clock::time_point deadline, int other);
  void run_ready();

 private:
  Fd event_;
  std::mutex mutex_;
  std::deque<Work> work_;  // GUARDED_BY(mutex_)
};

}  // namespace serai
