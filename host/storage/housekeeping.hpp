// Housekeeping: deletes expired rows in small steps, and counts the rows of all tables.
//
// Steps   a step deletes at most 500 rows of each table, in a transaction with others' writes. The
//         next one follows 30 s later, or at once when there is more, so that other writes come in
//         between.
// Counts  each table by itself, every ten minutes, on a reader's connection: gauges
//         serai_store_rows{table} and serai_store_bytes. serai_store_removed_total{table} counts
//         the deleted rows.
// Errors  a step that is lost is made again 30 s later.
// Thread  the writer's. Counts run on a reader's.
// Owner   WriterCore; borrows the options.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <unordered_set>
#include <vector>

#include "base/uuid.hpp"
#include "storage/commit_queue.hpp"
#include "storage/job.hpp"
#include "storage/store_options.hpp"

namespace serai::storage {

enum class Cleaned : std::uint8_t { tokens, answers, outbox, journal, notifications };
inline constexpr std::size_t kCleaned = 5;
using CleanedRows = std::array<std::uint64_t, kCleaned>;

class Housekeeping {
 public:
  explicit Housekeeping(const StoreOptions& options);

  // Remembers who has got notifications, so that the next steps look for those with too many.
  void committed(const std::vector<UnitPart>& parts);
  bool is_due(std::int64_t now_ms) const { return now_ms >= next_ms_; }
  // The next step, as a job of the writer. It borrows this object.
  std::unique_ptr<Job> step(std::int64_t now_ms);
  // The counts that are due, as jobs of a reader; none without metrics.
  std::vector<std::unique_ptr<Job>> counts(std::int64_t now_ms);

 private:
  class Step;
  // After a step on disk. `more`: there is more to delete.
  void done(const CleanedRows& removed, bool more);

  const StoreOptions& options_;
  std::int64_t next_ms_ = 0;
  std::int64_t count_ms_;
  bool is_stamped_ = false;  // rows of before migration 8 have got an age
  std::unordered_set<Uuid> notified_;
  std::array<Counter*, kCleaned> removed_{};
};

}  // namespace serai::storage
