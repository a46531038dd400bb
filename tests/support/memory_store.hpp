// MemoryStore: entities and the ledger in memory, for tests of the runtime.
//
// A unit is applied as a whole when it is finished, unless hold_commits queues it. lose_next(n)
// makes the n-th commit from now fail; with `down` all commits fail. The ledger checks balances in
// reserve() and changes them in confirm().
//
// Thread  any, but only one at a time. Answers are posted to `where`.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ports/entity_store.hpp"
#include "ports/ledger.hpp"

namespace serai::testing {

class MemoryStore final : public EntityStore, public Ledger {
 public:
  std::map<EntityId, StoredEntity> records;
  std::map<std::uint64_t, OutboxMessage> outbox;
  std::map<std::uint64_t, std::string> journal_rows;
  std::map<std::string, std::int64_t> balances;
  std::vector<Notification> notifications;
  std::uint64_t commits = 0;
  std::uint64_t loads = 0;
  std::uint64_t loads_before_outbox = 0;  // the value of `loads` at the last pending_outbox()
  bool hold_commits = false;              // finished units wait for release_commits()
  bool hold_loads = false;                // answers to load() wait for release_loads()
  bool down = false;
  std::set<Uuid> crowded;  // players with too many unfinished writes

  Result<> admits(const Uuid& player) const override {
    if (!crowded.contains(player)) return success();
    return Error{Errc::resource_exhausted, "crowded"};
  }

  std::size_t held_commits() const { return ready_.size(); }

  void lose_next(int nth) { lose_at_ = nth; }
  void release_commits() {
    hold_commits = false;
    for (const UnitId unit : std::exchange(ready_, {})) apply(unit);
  }

  void release_loads() {
    hold_loads = false;
    for (auto& answer : std::exchange(held_loads_, {})) answer();
  }

  void load(EntityId id,
            Executor& where,
            StoreAnswer<std::optional<StoredEntity>> answer) override {
    ++loads;
    const auto found = records.find(id);
    std::optional<StoredEntity> stored;
    if (found != records.end()) stored = found->second;
    UniqueFunction<void()> give = [&where, answer = std::move(answer), stored]() mutable {
      post(where, std::move(answer), Result<std::optional<StoredEntity>>(std::move(stored)));
    };
    if (hold_loads) {
      held_loads_.push_back(std::move(give));
    } else {
      give();
    }
  }

  void list(EntityQuery query,
            Executor& where,
            StoreAnswer<std::vector<EntityId>> answer) override {
    std::vector<EntityId> out;
    for (const auto& [id, stored] : records) {
      const bool skipped = stored.schema >= query.skip_min && stored.schema <= query.skip_max;
      if (skipped || id.kind != query.kind || out.size() == query.limit) continue;
      if (id.key > query.after_key || query.after_key.empty()) out.push_back(id);
    }
    post(where, std::move(answer), Result<std::vector<EntityId>>(std::move(out)));
  }

  UnitId next_unit() override { return ++last_id_; }
  std::uint64_t next_outbox_id() override { return ++last_id_; }
  Result<> flush() override { return success(); }

  void stage(UnitId unit,
             Writes writes,
             Executor& where,
             StoreAnswer<serai::Unit> committed) override {
    units_[unit].push_back({std::move(writes), &where, std::move(committed)});
    if (finished_.contains(unit)) apply(unit);
  }

  void abandon(UnitId unit) override {
    finished_.insert(unit);
    abandoned_.insert(unit);
    apply(unit);
  }

  void finish(UnitId unit) override {
    finished_.insert(unit);
    if (hold_commits) {
      ready_.push_back(unit);
    } else {
      apply(unit);
    }
  }

  void reserve(UnitId,
               std::uint64_t run,
               LedgerTransfer transfer,
               Executor& where,
               StoreAnswer<serai::Unit> answer) override {
    for (const LedgerEntry& entry : transfer.entries) {
      if (!entry.below_zero && balances[entry.account] + entry.delta < 0) {
        post(
            where, std::move(answer), Result<serai::Unit>(Errc::failed_precondition, "too little"));
        return;
      }
    }
    reserved_[run].push_back(std::move(transfer));
    post(where, std::move(answer), Result<serai::Unit>(serai::Unit{}));
  }

  void cancel(UnitId, std::uint64_t run) override { reserved_.erase(run); }

  void confirm(UnitId, std::uint64_t run) override {
    auto node = reserved_.extract(run);
    if (node.empty()) return;
    for (const LedgerTransfer& transfer : node.mapped()) {
      for (const LedgerEntry& entry : transfer.entries) balances[entry.account] += entry.delta;
    }
  }

  void balance(std::string account, Executor& where, StoreAnswer<std::int64_t> answer) override {
    post(where, std::move(answer), Result<std::int64_t>(balances[account]));
  }

  void find_answer(std::string scope,
                   std::string key,
                   Executor& where,
                   StoreAnswer<std::optional<IdempotentAnswer>> answer) override {
    const auto found = answers_.find({scope, key});
    std::optional<IdempotentAnswer> out;
    if (found != answers_.end()) out = found->second;
    post(where, std::move(answer), Result<std::optional<IdempotentAnswer>>(std::move(out)));
  }

  std::uint64_t next_journal_row() override { return ++last_id_; }
  void journal(Executor& where, StoreAnswer<std::vector<JournalRow>> answer) override {
    std::vector<JournalRow> out;
    for (const auto& [id, bytes] : journal_rows) out.push_back({id, bytes});
    post(where, std::move(answer), Result<std::vector<JournalRow>>(std::move(out)));
  }

  void pending_outbox(Executor& where, StoreAnswer<std::vector<OutboxMessage>> answer) override {
    loads_before_outbox = loads;
    std::vector<OutboxMessage> out;
    for (const auto& [id, message] : outbox) out.push_back(message);
    post(where, std::move(answer), Result<std::vector<OutboxMessage>>(std::move(out)));
  }

 private:
  struct Staged {
    Writes writes;
    Executor* where;
    StoreAnswer<serai::Unit> committed;
  };

  template <class T>
  static void post(Executor& where, StoreAnswer<T> answer, Result<T> result) {
    where.post([answer = std::move(answer), result = std::move(result)]() mutable {
      answer(std::move(result));
    });
  }

  void apply(UnitId unit) {
    auto node = units_.extract(unit);
    if (node.empty()) return;
    const bool abandoned = abandoned_.contains(unit);
    if (!abandoned) ++commits;
    const bool answered = std::ranges::any_of(
        node.mapped(), [this](const Staged& staged) { return is_answered(staged.writes); });
    const bool lost = down || abandoned || answered || (lose_at_ > 0 && --lose_at_ == 0);
    for (Staged& staged : node.mapped()) {
      if (!lost) write(staged.writes);
      Result<serai::Unit> result = serai::Unit{};
      if (lost) result = Error{Errc::unavailable, "disk gone"};
      if (is_answered(staged.writes) && lost) {
        result = serai::idempotency_mismatch();
      }
      post(*staged.where, std::move(staged.committed), std::move(result));
    }
  }

  bool is_answered(const Writes& writes) const {
    return std::ranges::any_of(writes.answers, [this](const IdempotentAnswer& one) {
      return answers_.contains({one.scope, one.key});
    });
  }

  void write(const Writes& writes) {
    for (const StoredEntity& stored : writes.entities) records[stored.id] = stored;
    for (const EntityId& id : writes.erased) records.erase(id);
    for (const OutboxMessage& message : writes.outbox) outbox[message.id] = message;
    for (const std::uint64_t id : writes.outbox_done) outbox.erase(id);
    for (const JournalRow& row : writes.journal) journal_rows[row.id] = row.bytes;
    for (const std::uint64_t id : writes.journal_done) journal_rows.erase(id);
    for (const IdempotentAnswer& answer : writes.answers)
      answers_[{answer.scope, answer.key}] = answer;
    for (const Notification& one : writes.notifications) notifications.push_back(one);
  }

  std::map<UnitId, std::vector<Staged>> units_;
  std::set<UnitId> finished_;
  std::set<UnitId> abandoned_;
  std::vector<UnitId> ready_;
  std::vector<UniqueFunction<void()>> held_loads_;
  std::map<std::uint64_t, std::vector<LedgerTransfer>> reserved_;
  std::map<std::pair<std::string, std::string>, IdempotentAnswer> answers_;
  int lose_at_ = 0;
  std::uint64_t last_id_ = 0;
};

}  // namespace serai::testing
