// StoreJobs: makes a job of a read, or of a write outside units, and passes it to a reader or to
// the writer.
//
// Errors  unavailable or resource_exhausted when too many writes wait for the disk; otherwise those
//         of the work.
// Thread  any. `work` runs on a reader or the writer; answers come on `where`.
// Owner   SqlStore, which outlives all jobs.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "storage/job.hpp"
#include "storage/readers.hpp"
#include "storage/waiting_writes.hpp"
#include "storage/writer.hpp"

namespace serai::storage {

class StoreJobs {
 public:
  // `readers` may be null: then the writer reads too.
  StoreJobs(Writer& writer, Readers* readers, std::shared_ptr<WaitingWrites> waiting)
      : writer_(writer), readers_(readers), waiting_(std::move(waiting)) {}

  template <class T, class F>
  void read(Executor& where, StoreAnswer<T> answer, F work) {
    auto job = make_job<T>(where, std::move(answer), std::move(work));
    if (readers_ != nullptr) {
      readers_->post(std::move(job));
      return;
    }
    writer_.post([job = std::move(job)](WriterCore& core) mutable { core.read(std::move(job)); },
                 Writer::Urgency::now);
  }

  template <class T, class F>
  void write(Executor& where, StoreAnswer<T> answer, F work, std::uint64_t bytes = 0) {
    writer_.post([job = make_job<T>(where, std::move(answer), std::move(work), bytes)](
                     WriterCore& core) mutable { core.write(std::move(job)); });
  }

  // A write of a player, of `bytes` bytes. It is refused when too much waits already. Otherwise it
  // is counted until it is answered.
  template <class T, class F>
  void write_of(
      const Uuid& player, std::uint64_t bytes, Executor& where, StoreAnswer<T> answer, F work) {
    if (Result<> room = waiting_->admit(player, bytes); !room) {
      return post_answer<T>(where, std::move(answer), room.error());
    }
    auto counted = [reservation = waiting_->take(player, bytes), answer = std::move(answer)](
                       Result<T> result) mutable { answer(std::move(result)); };
    write<T>(where, StoreAnswer<T>(std::move(counted)), std::move(work), bytes);
  }

 private:
  Writer& writer_;
  Readers* readers_;
  std::shared_ptr<WaitingWrites> waiting_;
};

}  // namespace serai::storage
