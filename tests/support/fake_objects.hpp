// FakeObjects, FakeNotifications, FakeLedger: stores that give the answers which a test has set,
// and record their requests. RunNow: an executor that runs posted work at once, for tests with one
// thread in which the order does not matter.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ports/ledger.hpp"
#include "ports/notification_store.hpp"
#include "ports/object_store.hpp"

namespace serai::testing {

class RunNow final : public Executor {
 public:
  void post(Work work) override {
    if (holds) return held_.push_back(std::move(work));
    work();
  }
  void go_on() {
    for (Work& work : std::exchange(held_, {})) work();
  }
  bool holds = false;  // true: work is queued until go_on()

 private:
  std::vector<Work> held_;
};

template <class T>
void give(Executor& where, StoreAnswer<T> answer, Result<T> result) {
  where.post([answer = std::move(answer), result = std::move(result)]() mutable {
    answer(std::move(result));
  });
}

class FakeObjects final : public ObjectStore {
 public:
  std::optional<Error> fail;
  std::vector<StorageObject> objects;
  std::vector<ObjectKey> read_keys;
  std::vector<ObjectWrite> writes;
  std::vector<ObjectDelete> deletes;
  std::optional<ObjectQuery> query;

  void read_objects(std::vector<ObjectKey> keys,
                    ObjectActor,
                    Executor& where,
                    StoreAnswer<std::vector<StorageObject>> answer) override {
    read_keys = std::move(keys);
    give(where, std::move(answer), or_fail(objects));
  }
  void write_objects(std::vector<ObjectWrite> asked,
                     ObjectActor,
                     std::int64_t now_s,
                     Executor& where,
                     StoreAnswer<std::vector<ObjectAck>> answer) override {
    writes = std::move(asked);
    std::vector<ObjectAck> acks;
    for (const ObjectWrite& write : writes) acks.push_back({write.key, "v1", now_s, now_s});
    give(where, std::move(answer), or_fail(std::move(acks)));
  }
  void delete_objects(std::vector<ObjectDelete> asked,
                      ObjectActor,
                      Executor& where,
                      StoreAnswer<serai::Unit> answer) override {
    deletes = std::move(asked);
    give(where, std::move(answer), or_fail(serai::Unit{}));
  }
  void list_objects(ObjectQuery asked,
                    ObjectActor,
                    Executor& where,
                    StoreAnswer<ObjectPage> answer) override {
    query = std::move(asked);
    give(where, std::move(answer), or_fail(ObjectPage{objects, "next"}));
  }

 private:
  template <class T>
  Result<T> or_fail(T value) const {
    return fail ? Result<T>(*fail) : Result<T>(std::move(value));
  }
};

class FakeNotifications final : public NotificationStore {
 public:
  NotificationPage page;
  std::vector<Uuid> deleted;
  std::uint32_t limit = 0;

  void list_notifications(Uuid,
                          std::uint32_t asked,
                          std::string,
                          Executor& where,
                          StoreAnswer<NotificationPage> answer) override {
    limit = asked;
    give(where, std::move(answer), Result<NotificationPage>(page));
  }
  void delete_notifications(Uuid,
                            std::vector<Uuid> ids,
                            Executor& where,
                            StoreAnswer<serai::Unit> answer) override {
    deleted = std::move(ids);
    give(where, std::move(answer), Result<serai::Unit>(serai::Unit{}));
  }
};

class FakeLedger final : public Ledger {
 public:
  std::map<std::string, std::int64_t> balances;

  void reserve(UnitId,
               std::uint64_t,
               LedgerTransfer,
               Executor& where,
               StoreAnswer<serai::Unit> answer) override {
    give(
        where, std::move(answer), Result<serai::Unit>(Errc::unimplemented, "not part of the fake"));
  }
  void confirm(UnitId, std::uint64_t) override {}
  void cancel(UnitId, std::uint64_t) override {}
  void balance(std::string account, Executor& where, StoreAnswer<std::int64_t> answer) override {
    give(where, std::move(answer), Result<std::int64_t>(balances[account]));
  }
};

}  // namespace serai::testing
