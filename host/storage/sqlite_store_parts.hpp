// What a SqliteStore is made of; included by its own .cpp files only.
//
// Owner   destroyed upwards: the writer stops before the readers it hands loads to.
#pragma once

#include <atomic>
#include <memory>

#include "storage/data_dir.hpp"
#include "storage/job.hpp"
#include "storage/readers.hpp"
#include "storage/sqlite_store.hpp"
#include "storage/waiting_writes.hpp"
#include "storage/writer.hpp"

namespace serai {

struct SqliteStore::Parts {
  StoreOptions options;
  std::unique_ptr<DataDir> directory;      // null: in memory
  std::shared_ptr<WaitingWrites> waiting;  // also of every write that waits
  std::atomic<std::uint64_t> next_unit{0};
  std::atomic<std::uint64_t> next_outbox{0};
  std::unique_ptr<Readers> readers;  // null with options.manual
  std::unique_ptr<Writer> writer;
};

template <class T, class F>
void SqliteStore::read(Executor& where, StoreAnswer<T> answer, F work) {
  auto job = make_job<T>(where, std::move(answer), std::move(work));
  if (parts_->readers) {
    parts_->readers->post(std::move(job));
    return;
  }
  parts_->writer->post(
      [job = std::move(job)](WriterCore& core) mutable { core.read(std::move(job)); },
      Writer::Urgency::now);
}

template <class T, class F>
void SqliteStore::write(Executor& where, StoreAnswer<T> answer, F work, std::uint64_t bytes) {
  parts_->writer->post([job = make_job<T>(where, std::move(answer), std::move(work), bytes)](
                           WriterCore& core) mutable { core.write(std::move(job)); });
}

// Of a player, with so many bytes: refused when too much waits already, counted until answered.
template <class T, class F>
void SqliteStore::write_of(
    const Uuid& player, std::uint64_t bytes, Executor& where, StoreAnswer<T> answer, F work) {
  if (Result<> room = parts_->waiting->admit(player, bytes); !room) {
    return post_answer<T>(where, std::move(answer), room.error());
  }
  auto counted = [hold = parts_->waiting->take(player, bytes), answer = std::move(answer)](
                     Result<T> result) mutable { answer(std::move(result)); };
  write<T>(where, StoreAnswer<T>(std::move(counted)), std::move(work), bytes);
}

}  // namespace serai
