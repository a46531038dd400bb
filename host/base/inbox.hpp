// Inbox: a queue of work for one thread, which waits in it until work comes. The loader thread has
// one, and so has the thread of BuildWatch.
//
// Thread  post(): any. wait() and run_ready(): the thread that the inbox serves.
// Owner   owns posted work. Work that has not run when the inbox ends is destroyed without running.
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

  // Returns when there is work, when the descriptor `other` can be read (-1: there is none), at the
  // deadline, or after a minute.
  void wait(std::chrono::steady_clock::time_point deadline, int other);
  // Runs the work posted so far. Work that is posted meanwhile stays in the queue.
  void run_ready();

 private:
  Fd event_;
  std::mutex mutex_;
  std::deque<Work> work_;  // GUARDED_BY(mutex_)
};

}  // namespace serai
