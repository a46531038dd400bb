#include "storage/readers.hpp"

#include "base/host_thread.hpp"

namespace serai::storage {
namespace {

const Error kClosed{Errc::unavailable, "store: closed"};

}  // namespace

Readers::Readers(Database& database, std::uint32_t threads)
    : database_(database), threads_max_(threads) {
  for (std::uint32_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this] {
      const HostThread named("store-reader");
      work();
    });
  }
}

Readers::~Readers() { close(); }

void Readers::close() {
  Jobs left;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    left.swap(jobs_);
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  for (const auto& job : left) job->deliver(&kClosed);
}

void Readers::post(std::unique_ptr<Job> job) {
  {
    const std::lock_guard lock(mutex_);
    if (!closed_) {
      jobs_.push_back(std::move(job));
      changed_.notify_one();
      return;
    }
  }
  job->deliver(&kClosed);
}

void Readers::work() {
  std::unique_ptr<Db> db;
  Jobs share;
  while (take_share(share)) {
    if (db && !db->is_in_place()) db.reset();
    for (const auto& job : share) answer(db, *job);
    if (db) db->end_reading();
    share.clear();
  }
}

bool Readers::take_share(Jobs& share) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return closed_ || !jobs_.empty(); });
  if (closed_) return false;
  // A reader takes an equal share from the front. The other readers are woken too, and take the
  // rest.
  const std::size_t size = (jobs_.size() + threads_max_ - 1) / threads_max_;
  const auto end = jobs_.begin() + static_cast<std::ptrdiff_t>(size);
  share.assign(std::make_move_iterator(jobs_.begin()), std::make_move_iterator(end));
  jobs_.erase(jobs_.begin(), end);
  return true;
}

// Answers one job. The first job of a share, and the first one after a failure, begins the read
// transaction. A connection may have been lost while it was idle, so the job is then tried again on
// a new one.
void Readers::answer(std::unique_ptr<Db>& db, Job& job) {
  const bool was_open = db != nullptr;
  std::optional<Error> failed = run(db, job);
  if (failed && was_open && !db) failed = run(db, job);
  job.deliver(failed ? &*failed : nullptr);
}

std::optional<Error> Readers::run(std::unique_ptr<Db>& db, Job& job) {
  if (!db) {
    auto opened = database_.open_reader();
    if (!opened) return Error{Errc::unavailable, opened.error().detail};
    db = *std::move(opened);
  }
  db->begin_reading();
  job.run(*db);
  if (!db->failed()) return std::nullopt;
  Error error = db->error();
  db.reset();
  return error;
}

}  // namespace serai::storage
