#include "storage/unit_desk.hpp"

#include <algorithm>
#include <map>

#include "storage/job.hpp"
#include "storage/ledger_sql.hpp"
#include "storage/unit_sql.hpp"

namespace serai::storage {
namespace {

Error lost_with_others() {
  return {Errc::unavailable, "store: a change this one builds on could not be written"};
}

}  // namespace

// What a reservation needs of the ledger on disk. Everything that is not known already is read
// before the reservation is judged, because a failed read must not be taken for an empty account.
class UnitDesk::Disk final : public LedgerDisk {
 public:
  Disk(UnitDesk& desk, const LedgerTransfer& transfer, Db& db) {
    const auto known = desk.transfers_.find(transfer.idem_key);
    const bool is_new = known != desk.transfers_.end() && !known->second;
    if (!is_new) transfer_ = SqlLedger(db).transfer(transfer.idem_key);
    for (const LedgerEntry& entry : transfer.entries) {
      balances_.emplace_back(entry.account, desk.balance_on_disk(entry.account, db));
    }
  }
  std::int64_t balance(const std::string& account) override {
    const auto found = std::ranges::find(balances_, account, &Balance::first);
    return found == balances_.end() ? 0 : found->second;
  }
  std::optional<std::vector<LedgerEntry>> transfer(const std::string&) override {
    return transfer_;
  }

 private:
  using Balance = std::pair<std::string, std::int64_t>;
  std::optional<std::vector<LedgerEntry>> transfer_;
  std::vector<Balance> balances_;
};

std::int64_t UnitDesk::balance_on_disk(const std::string& account, Db& db) {
  if (const auto known = balances_.find(account)) return *known;
  const std::int64_t read = SqlLedger(db).balance(account);
  if (!db.failed()) balances_.put(account, read);
  return read;
}

void UnitDesk::look_up(const std::vector<const LedgerTransfer*>& transfers, Db& db) {
  std::vector<std::string_view> accounts;
  std::vector<std::string_view> keys;
  for (const LedgerTransfer* transfer : transfers) {
    if (transfers_.emplace(transfer->idem_key, false).second) keys.push_back(transfer->idem_key);
    for (const LedgerEntry& entry : transfer->entries) {
      if (balances_.find(entry.account)) continue;
      balances_.put(entry.account, 0);
      accounts.push_back(entry.account);
    }
  }
  if (!keys.empty()) {
    find_transfers(db, keys, [this](std::string_view key) { transfers_[std::string(key)] = true; });
  }
  if (!accounts.empty()) {
    find_balances(db, accounts, [this](std::string_view account, std::int64_t balance) {
      balances_.put(std::string(account), balance);
    });
  }
  if (!db.failed()) return;
  // What was not read must not be taken for an empty account or a new key.
  transfers_.clear();
  balances_.clear();
}

// Answers a part. All parts that the desk has accepted are answered here.
void UnitDesk::answer(UnitPart& part, Result<> result) {
  for (const IdempotentAnswer& one : part.writes.answers) answers_.erase({one.scope, one.key});
  if (part.where != nullptr)
    post_answer<Unit>(*part.where, std::move(part.answer), std::move(result));
}

void UnitDesk::answer_all(std::vector<UnitPart>& parts, const Error& error) {
  for (UnitPart& part : parts) answer(part, error);
}

void UnitDesk::drop_lost() {
  for (const auto node : queue_.take_lost_nodes()) book_.forget(node);
}

// The caller has checked this before it began, but another call under the same key may have
// finished since.
bool UnitDesk::is_answered(const UnitPart& part, Db& db, std::int64_t after_ms) const {
  return std::ranges::any_of(part.writes.answers, [&](const IdempotentAnswer& one) {
    return answers_.contains({one.scope, one.key}) ||
           find_answer(db, one.scope, one.key, after_ms).has_value();
  });
}

void UnitDesk::stage(UnitId unit, UnitPart part, std::optional<bool> answered) {
  if (!part.writes.answers.empty() && !answered) {
    return refuse(
        unit, std::move(part), {Errc::unavailable, "store: earlier answers cannot be read"});
  }
  if (!part.writes.answers.empty() && *answered) {
    return refuse(unit, std::move(part), idempotency_mismatch());
  }
  for (const IdempotentAnswer& one : part.writes.answers) answers_.emplace(one.scope, one.key);
  auto staged = queue_.stage(unit, std::move(part));
  if (!staged.refused) return;
  drop_lost();
  answer_all(staged.fallen, lost_with_others());
  answer(*staged.refused, lost_with_others());
}

// The part is staged although its unit is lost, so that units which build on its writes are refused
// as well.
void UnitDesk::refuse(UnitId unit, UnitPart part, const Error& error) {
  part.writes.answers.clear();  // the other call under the key owns them
  abandon(unit);
  auto staged = queue_.stage(unit, std::move(part));
  answer(*staged.refused, error);
}

void UnitDesk::abandon(UnitId unit) {
  std::vector<UnitPart> fallen = queue_.abandon(unit);
  drop_lost();
  answer_all(fallen, lost_with_others());
}

bool UnitDesk::reserve(ReserveRequest& request, Db& db) {
  const auto reply = [&request](Result<> result) {
    post_answer<Unit>(*request.where, std::move(request.answer), std::move(result));
    return true;
  };
  auto transfer = normalise(request.transfer);
  if (!transfer) return reply(transfer.error());
  if (queue_.is_lost(request.unit)) return reply(lost_with_others());
  Disk disk(*this, *transfer, db);
  if (db.failed()) return false;

  auto verdict = book_.reserve(request.unit, request.run, *std::move(transfer), queue_, disk);
  if (verdict.wait_for_run != 0) {
    parked_.push_back({verdict.wait_for_run, std::move(request)});
    return true;
  }
  if (verdict.refused) return reply(*std::move(verdict.refused));
  for (const auto node : verdict.after) queue_.depend(request.unit, node);
  return reply(success());
}

void UnitDesk::conclude(UnitId unit, std::uint64_t run, bool keep, Db* db) {
  if (book_.has(run)) {
    if (keep) {
      UnitPart part;
      part.transfers = book_.transfers(run);
      auto staged = queue_.stage(unit, std::move(part));
      if (staged.refused) {
        book_.cancel(run);
      } else {
        book_.confirm(run, staged.node);
      }
    } else {
      book_.cancel(run);
    }
  }
  retry_parked(run, db);
}

void UnitDesk::retry_parked(std::uint64_t concluded_run, Db* db) {
  if (parked_.empty()) return;
  std::vector<Parked> waiting = std::exchange(parked_, {});
  for (Parked& parked : waiting) {
    if (parked.request.run == concluded_run) {
      // The run that made this request has ended meanwhile, so nothing would confirm or cancel it.
      post_answer<Unit>(*parked.request.where,
                        std::move(parked.request.answer),
                        Error{Errc::aborted, "ledger: the call has ended"});
    } else if (parked.waits_for == concluded_run && db != nullptr) {
      if (!reserve(parked.request, *db)) {
        post_answer<Unit>(*parked.request.where,
                          std::move(parked.request.answer),
                          Error{Errc::unavailable, db->error().detail});
      }
    } else if (parked.waits_for == concluded_run) {
      post_answer<Unit>(*parked.request.where,
                        std::move(parked.request.answer),
                        Error{Errc::unavailable, "store: the database cannot be opened"});
    } else {
      parked_.push_back(std::move(parked));
    }
  }
}

std::int64_t UnitDesk::balance(const std::string& account, Db& db) {
  return book_.available(account, balance_on_disk(account, db));
}

std::optional<CommitQueue::Pending> UnitDesk::loading(const EntityId& id) {
  queue_.loaded(id);
  return queue_.pending(id);
}

void UnitDesk::committed(CommitQueue::Batch batch) {
  queue_.committed();
  for (const auto node : batch.nodes) book_.forget(node);
  for (UnitPart& part : batch.parts) {
    for (const LedgerTransfer& transfer : part.transfers) {
      for (const LedgerEntry& entry : transfer.entries) balances_.add(entry.account, entry.delta);
    }
    answer(part, success());
  }
}

void UnitDesk::lost(CommitQueue::Batch batch, const Error& error) {
  std::vector<UnitPart> fallen = queue_.lost();
  drop_lost();
  answer_all(batch.parts, error);
  answer_all(fallen, lost_with_others());
}

void UnitDesk::close(const Error& error) {
  std::vector<UnitPart> left = queue_.close();
  answer_all(left, error);
  for (Parked& parked : std::exchange(parked_, {})) {
    post_answer<Unit>(*parked.request.where, std::move(parked.request.answer), error);
  }
}

}  // namespace serai::storage
