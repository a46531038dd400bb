// Job: a piece of SQL with its answer. The store makes it, the writer or a reader runs it, and its
// answer is posted once.
//
// Errors  run() stores the result of its work; errors of the Db stay in the Db. The caller of
//         deliver() passes them on.
// Thread  run() and deliver(): the thread of the Db. The answer itself runs on the caller's
//         executor.
// Owner   the owner of the job must deliver() it exactly once.
#pragma once

#include <optional>
#include <utility>

#include "base/executor.hpp"
#include "ports/store.hpp"
#include "storage/db.hpp"

namespace serai::storage {

template <class T>
void post_answer(Executor& where, StoreAnswer<T> answer, Result<T> result) {
  where.post([answer = std::move(answer), result = std::move(result)]() mutable {
    answer(std::move(result));
  });
}

class Job {
 public:
  virtual ~Job() = default;
  virtual std::size_t bytes() const { return 0; }  // to be written
  virtual void run(Db& db) = 0;                    // may be called again after a rollback
  virtual void deliver(const Error* lost) = 0;     // null: answers with the result of run()
};

template <class T, class F>
class JobOf final : public Job {
 public:
  JobOf(F work, Executor& where, StoreAnswer<T> answer, std::size_t bytes)
      : work_(std::move(work)), where_(where), answer_(std::move(answer)), bytes_(bytes) {}
  std::size_t bytes() const override { return bytes_; }
  void run(Db& db) override { result_.emplace(work_(db)); }
  void deliver(const Error* lost) override {
    if (lost != nullptr) {
      post_answer<T>(where_, std::move(answer_), *lost);
    } else {
      post_answer<T>(where_, std::move(answer_), *std::move(result_));
    }
  }

 private:
  F work_;
  Executor& where_;
  StoreAnswer<T> answer_;
  std::size_t bytes_;
  std::optional<Result<T>> result_;
};

// `work` is called as Result<T>(Db&).
template <class T, class F>
std::unique_ptr<Job> make_job(Executor& where,
                              StoreAnswer<T> answer,
                              F work,
                              std::size_t bytes = 0) {
  return std::make_unique<JobOf<T, F>>(std::move(work), where, std::move(answer), bytes);
}

}  // namespace serai::storage
