// StoreWorld: a store under test and the one thread that calls it.
//
// Errors  ask() returns the store's answer; a missing answer fails the test.
// Thread  the test's; answers run inside ask() and run().
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "ports/store.hpp"

namespace serai::testing {

// Queues work until the test runs it.
class QueueExecutor final : public Executor {
 public:
  void post(Work work) override {
    {
      const std::lock_guard lock(mutex_);
      queue_.push_back(std::move(work));
    }
    changed_.notify_one();
  }
  bool run_one() {
    Work work;
    {
      const std::lock_guard lock(mutex_);
      if (queue_.empty()) return false;
      work = std::move(queue_.front());
      queue_.pop_front();
    }
    work();
    return true;
  }
  bool wait() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [this] { return !queue_.empty(); });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Work> queue_;
};

class StoreWorld {
 public:
  virtual ~StoreWorld() = default;
  virtual Store& store() = 0;
  virtual ManualClock& clock() = 0;
  virtual void pump() = 0;     // runs a store without threads; does nothing for others
  virtual void restart() = 0;  // closes the store and opens it on the same data
  virtual Result<> audit() = 0;

  QueueExecutor& where() { return where_; }

  // Runs answers until `done`.
  template <class Done>
  void run_until(Done done) {
    while (!done()) {
      pump();
      if (where_.run_one()) continue;
      if (!done() && !where_.wait()) throw std::runtime_error("the store never answered");
    }
  }

  // Calls `call(store, executor, answer)` and waits for the answer.
  template <class T, class Call>
  Result<T> ask(Call call) {
    std::optional<Result<T>> got;
    call(store(), where_, StoreAnswer<T>([&got](Result<T> result) {
           got.emplace(std::move(result));
         }));
    run_until([&got] { return got.has_value(); });
    return *std::move(got);
  }

  // Stages one part and finishes its unit; waits until it is on disk.
  Result<> commit(Writes writes) {
    return ask<Unit>([&](Store& s, Executor& e, StoreAnswer<Unit> answer) {
      const UnitId unit = s.next_unit();
      s.stage(unit, std::move(writes), e, std::move(answer));
      s.finish(unit);
    });
  }
  std::optional<StoredEntity> load(const EntityId& id) {
    return *ask<std::optional<StoredEntity>>(
        [&](Store& s, Executor& e, auto answer) { s.load(id, e, std::move(answer)); });
  }
  Result<> reserve(UnitId unit, std::uint64_t run, LedgerTransfer transfer) {
    return ask<Unit>([&](Store& s, Executor& e, auto answer) {
      s.reserve(unit, run, std::move(transfer), e, std::move(answer));
    });
  }
  std::int64_t balance(const std::string& account) {
    return *ask<std::int64_t>(
        [&](Store& s, Executor& e, auto answer) { s.balance(account, e, std::move(answer)); });
  }
  // One transfer as a unit of its own.
  Result<> pay(LedgerTransfer transfer) {
    const UnitId unit = store().next_unit();
    const std::uint64_t run = next_run_++;
    auto held = reserve(unit, run, std::move(transfer));
    held ? store().confirm(unit, run) : store().cancel(unit, run);
    store().finish(unit);
    const auto flushed = store().flush();
    return held ? flushed : held;
  }
  FoundAccount create_device(const std::string& device, const std::string& username) {
    return *ask<FoundAccount>([&](Store& s, Executor& e, auto answer) {
      s.create_account({.identity = {IdentityKind::device, device},
                        .username = username,
                        .password_hash = "",
                        .now_s = 100},
                       e,
                       std::move(answer));
    });
  }

 private:
  QueueExecutor where_;
  std::uint64_t next_run_ = 1'000'000;
};

// A store to test: each run of the test case gets the next implementation.
std::unique_ptr<StoreWorld> each_store();
// The same, only for stores whose data survives restart().
std::unique_ptr<StoreWorld> each_lasting_store();

inline Writes entity_write(EntityId id, std::string state) {
  Writes writes;
  writes.entities.push_back({.id = std::move(id),
                             .schema = 1,
                             .module_version = "1.0.0",
                             .state = std::move(state),
                             .host_state = ""});
  return writes;
}

}  // namespace serai::testing
