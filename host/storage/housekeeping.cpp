#include "storage/housekeeping.hpp"

#include <map>
#include <string>
#include <utility>

#include "storage/account_sql.hpp"
#include "storage/notification_sql.hpp"
#include "storage/table_shapes.hpp"
#include "storage/unit_sql.hpp"

namespace serai::storage {
namespace {

constexpr std::int64_t kEveryMs = 30'000;
constexpr std::int64_t kCountEveryMs = 600'000;
constexpr std::int64_t kFirstCountMs = 60'000;  // after the start, which has other work
constexpr std::size_t kTrimmedAtOnce = 50;      // players with notifications
constexpr std::size_t kNotifiedMax = 65'536;    // more are looked at when they get the next one

constexpr std::array<const char*, kCleaned> kNames{
    "revoked_tokens", "answers", "outbox", "journal", "notifications"};

std::int64_t ms(std::chrono::hours age) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(age).count();
}

// Reads one number and sets a gauge to it.
class Count final : public Job {
 public:
  Count(const char* sql, Gauge& gauge) : sql_(sql), gauge_(gauge) {}
  void run(Db& db) override {
    Query query(db, sql_);
    if (query.row()) value_ = query.integer(0);
  }
  void deliver(const Error* lost) override {
    if (lost == nullptr) gauge_.set(static_cast<double>(value_));
  }

 private:
  const char* sql_;
  Gauge& gauge_;
  std::int64_t value_ = 0;
};

constexpr const char* kBytesSql =
    "SELECT {sqlite:page_count * page_size FROM pragma_page_count(), pragma_page_size()}"
    "{postgres:pg_database_size(current_database())}";

}  // namespace

class Housekeeping::Step final : public Job {
 public:
  Step(Housekeeping& house, std::int64_t now_ms, std::vector<Uuid> notified, bool stamp)
      : house_(house), now_ms_(now_ms), notified_(std::move(notified)), stamp_(stamp) {}

  void run(Db& db) override {
    const Retention& keep = house_.options_.retention;
    given_up_.clear();
    more_ = false;
    if (stamp_) stamp_ages(db, now_ms_);
    removed_ = {};
    note(Cleaned::tokens, purge_tokens(db, now_ms_ / 1000));
    note(Cleaned::answers, purge_answers(db, now_ms_ - ms(keep.answers)));
    note(Cleaned::outbox, purge_outbox(db, now_ms_ - ms(keep.outbox), given_up_));
    note(Cleaned::journal, purge_journal(db, now_ms_ - ms(keep.journal)));
    note(Cleaned::notifications,
         purge_notifications(db, (now_ms_ - ms(keep.notifications)) / 1000));
    for (const Uuid& user : notified_) {
      note(Cleaned::notifications, trim_notifications(db, user, keep.player_notifications));
    }
  }

  void deliver(const Error* lost) override {
    if (lost != nullptr) {
      for (const Uuid& user : notified_) house_.notified_.insert(user);
      return;
    }
    house_.is_stamped_ = house_.is_stamped_ || stamp_;
    for (const auto& [target, messages] : given_up_) {
      house_.options_.log.error(
          "outbox.given_up",
          {{"kind", target.first}, {"handler", target.second}, {"messages", messages}});
    }
    const std::uint64_t inputs = removed_[static_cast<std::size_t>(Cleaned::journal)];
    if (inputs != 0) house_.options_.log.error("journal.given_up", {{"rows", inputs}});
    house_.done(removed_, more_ || !house_.notified_.empty());
  }

 private:
  void note(Cleaned table, std::uint64_t rows) {
    removed_[static_cast<std::size_t>(table)] += rows;
    more_ = more_ || rows != 0;
  }

  Housekeeping& house_;
  std::int64_t now_ms_;
  std::vector<Uuid> notified_;
  bool stamp_;
  CleanedRows removed_{};
  std::map<std::pair<std::string, std::string>, std::uint64_t> given_up_;
  bool more_ = false;
};

Housekeeping::Housekeeping(const StoreOptions& options)
    : options_(options), count_ms_(options.clock->now_ms() + kFirstCountMs) {
  Metrics& metrics = options.metrics != nullptr ? *options.metrics : no_metrics();
  for (std::size_t i = 0; i < kCleaned; ++i) {
    removed_[i] = &metrics.counter("serai_store_removed_total",
                                   "Rows deleted because of their age or number, by table.",
                                   {{"table", kNames[i]}});
  }
}

void Housekeeping::committed(const std::vector<UnitPart>& parts) {
  for (const UnitPart& part : parts) {
    for (const Notification& notification : part.writes.notifications) {
      if (notified_.size() >= kNotifiedMax) return;
      if (notification.persistent) notified_.insert(notification.user_id);
    }
  }
}

std::unique_ptr<Job> Housekeeping::step(std::int64_t now_ms) {
  next_ms_ = now_ms + kEveryMs;
  std::vector<Uuid> notified;
  while (!notified_.empty() && notified.size() < kTrimmedAtOnce) {
    notified.push_back(*notified_.begin());
    notified_.erase(notified_.begin());
  }
  return std::make_unique<Step>(*this, now_ms, std::move(notified), !is_stamped_);
}

void Housekeeping::done(const CleanedRows& removed, bool more) {
  for (std::size_t i = 0; i < kCleaned; ++i) {
    if (removed[i] != 0) removed_[i]->add(static_cast<double>(removed[i]));
  }
  if (more) next_ms_ = 0;
}

std::vector<std::unique_ptr<Job>> Housekeeping::counts(std::int64_t now_ms) {
  std::vector<std::unique_ptr<Job>> jobs;
  if (options_.metrics == nullptr || now_ms < count_ms_) return jobs;
  count_ms_ = now_ms + kCountEveryMs;
  for (const TableShape& shape : table_shapes()) {
    Gauge& gauge = options_.metrics->gauge(
        "serai_store_rows", "Rows by table, counted every ten minutes.", {{"table", shape.name}});
    jobs.push_back(std::make_unique<Count>(shape.count.c_str(), gauge));
  }
  Gauge& bytes = options_.metrics->gauge("serai_store_bytes",
                                         "Bytes of the database on disk, its log left out.");
  jobs.push_back(std::make_unique<Count>(kBytesSql, bytes));
  return jobs;
}

}  // namespace serai::storage
