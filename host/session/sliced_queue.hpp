// SlicedQueue: long jobs of one shard. They are done in order, and at most kSliceUnits units of
// them in one turn of the loop. So other work is done in between, however long a job is.
//
// Units   a unit is one step of a job, such as one delivery.
// Thread  the shard's.
// Owner   the shard's Part. Jobs that are not done when the shard stops are dropped.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <utility>

#include "runtime/shard/shard.hpp"

namespace serai::session {

inline constexpr std::size_t kSliceUnits = 512;

template <class Job>
class SlicedQueue {
 public:
  // Does up to `units_max` units of the job and returns the number done. Fewer than `units_max`:
  // the job is complete.
  using Step = std::function<std::size_t(Job& job, std::size_t units_max)>;

  SlicedQueue(runtime::Shard& shard, Step step) : shard_(shard), step_(std::move(step)) {}
  SlicedQueue(const SlicedQueue&) = delete;
  SlicedQueue& operator=(const SlicedQueue&) = delete;
  ~SlicedQueue() = default;

  // Adds a job. Work on it begins in the next turn at the earliest.
  void push(Job job) {
    jobs_.push_back(std::move(job));
    if (!std::exchange(is_scheduled_, true)) run_next_turn();
  }

 private:
  void run_next_turn() {
    shard_.post([this] { run(); });
  }

  void run() {
    for (std::size_t left = kSliceUnits; left > 0 && !jobs_.empty();) {
      const std::size_t done = step_(jobs_.front(), left);
      if (done < left) jobs_.pop_front();
      left -= done;
    }
    is_scheduled_ = !jobs_.empty();
    if (is_scheduled_) run_next_turn();
  }

  runtime::Shard& shard_;
  Step step_;
  std::deque<Job> jobs_;
  bool is_scheduled_ = false;
};

}  // namespace serai::session
