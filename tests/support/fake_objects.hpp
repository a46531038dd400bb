// FakeObjects: storage objects and notifications, scripted and recorded; accounts as in FakeStore.
// RunNow: an executor for tests in which there is only one thread and no order to keep.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "support/fake_store.hpp"

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
  bool holds = false;  // then work waits for go_on()

 private:
  std::vector<Work> held_;
};

class FakeObjects final : public FakeStore {
 public:
  std::optional<Error> fail;
  std::vector<StorageObject> objects;
  std::vector<ObjectKey> read_keys;
  std::vector<ObjectWrite> writes;
  std::vector<ObjectDelete> deletes;
  std::optional<ObjectQuery> query;
  NotificationPage page;
  std::vector<Uuid> deleted_notifications;
  std::uint32_t limit = 0;

  void read_objects(std::vector<ObjectKey> keys,
                    ObjectActor,
                    Executor& where,
                    StoreAnswer<std::vector<StorageObject>> answer) override {
    read_keys = std::move(keys);
    give(where, std::move(answer), objects);
  }
  void write_objects(std::vector<ObjectWrite> asked,
                     ObjectActor,
                     std::int64_t now_s,
                     Executor& where,
                     StoreAnswer<std::vector<ObjectAck>> answer) override {
    writes = std::move(asked);
    std::vector<ObjectAck> acks;
    for (const ObjectWrite& write : writes) acks.push_back({write.key, "v1", now_s, now_s});
    give(where, std::move(answer), std::move(acks));
  }
  void delete_objects(std::vector<ObjectDelete> asked,
                      ObjectActor,
                      Executor& where,
                      StoreAnswer<serai::Unit> answer) override {
    deletes = std::move(asked);
    give(where, std::move(answer), serai::Unit{});
  }
  void list_objects(ObjectQuery asked,
                    ObjectActor,
                    Executor& where,
                    StoreAnswer<ObjectPage> answer) override {
    query = std::move(asked);
    give(where, std::move(answer), ObjectPage{objects, "next"});
  }
  void list_notifications(Uuid,
                          std::uint32_t asked,
                          std::string,
                          Executor& where,
                          StoreAnswer<NotificationPage> answer) override {
    limit = asked;
    give(where, std::move(answer), page);
  }
  void delete_notifications(Uuid,
                            std::vector<Uuid> ids,
                            Executor& where,
                            StoreAnswer<serai::Unit> answer) override {
    deleted_notifications = std::move(ids);
    give(where, std::move(answer), serai::Unit{});
  }

 private:
  template <class T>
  void give(Executor& where, StoreAnswer<T> answer, T value) {
    Result<T> result = fail ? Result<T>(*fail) : Result<T>(std::move(value));
    where.post([answer = std::move(answer), result = std::move(result)]() mutable {
      answer(std::move(result));
    });
  }
};

}  // namespace serai::testing
