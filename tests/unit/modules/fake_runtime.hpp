// FakeRuntime: SwapControl on real modules, single-threaded: entities in a map, moved by export and
// import. FakeStore: facts and stored entities in memory; swaps use no other call of the port.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "ports/entity_store.hpp"
#include "ports/fact_store.hpp"
#include "ports/swap_control.hpp"

namespace serai::testing {

class FakeRuntime final : public SwapControl {
 public:
  FakeRuntime();
  ~FakeRuntime() override;
  FakeRuntime(const FakeRuntime&) = delete;
  FakeRuntime& operator=(const FakeRuntime&) = delete;

  // Called by tests while the engine is idle.
  void make_entity(const std::string& kind, const std::string& key);
  std::string version_of(const std::string& module) const;
  std::string state_of(const std::string& key) const;
  void set_figures(const std::string& version, std::uint64_t calls, std::uint64_t failures);
  void fail_next_switch(std::string reason);
  void fail_rest(std::string reason);
  void when_reading(std::function<void()> what) { when_reading_ = std::move(what); }
  std::size_t rests() const { return rests_; }
  void say_draining(const std::string& module, std::uint64_t entities);
  abi::MovePolicy policy_of(const std::string& module) const;
  std::size_t switches() const { return switches_; }

  const abi::ModuleHost& host_table() const override;
  std::uint64_t next_generation_id() override { return ++last_id_; }
  Result<> install(std::vector<std::unique_ptr<abi::Generation>> generations) override;
  Result<> export_live(const std::string& module,
                       std::size_t recordings,
                       const std::function<bool(std::vector<ExportedEntity>)>& take) override;
  Result<MoveReport> switch_to(std::vector<std::unique_ptr<abi::Generation>> generations) override;
  Result<MoveReport> switch_rest() override;
  Result<MoveReport> switch_back() override;
  Result<> read_with(std::vector<std::unique_ptr<abi::Generation>> generations) override;
  std::vector<std::unique_ptr<abi::Generation>> retire_former() override;
  std::vector<std::unique_ptr<abi::Generation>> retire_drained() override { return {}; }
  void watch_progress(std::function<void(const SwapProgress&)>) override {}
  std::vector<GenerationFigures> figures() const override;

 private:
  using Live = std::map<std::string, std::unique_ptr<abi::Generation>>;  // by module
  struct Entity {
    EntityId id;
    std::string module;
    serai_entity* state = nullptr;
  };
  Result<MoveReport> move_all(const Live& from, const Live& to);

  mutable std::mutex mutex_;  // tests look while the loader thread works
  Live live_;
  Live former_;
  std::vector<Entity> entities_;
  std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> figures_;  // by version
  std::string fail_next_;
  std::string fail_rest_;
  std::function<void()> when_reading_ = [] {};
  GenerationFigures draining_;
  std::size_t rests_ = 0;
  std::uint64_t last_id_ = 0;
  std::size_t switches_ = 0;
};

class FakeStore final : public EntityStore, public FactStore {
 public:
  void set_down(bool down);  // makes every answer `unavailable`
  void hang();               // queues all answers
  bool await_held();         // waits for a queued answer; false: none came
  void answer_held();        // sends the queued answers; later ones are sent at once
  void put_stored(StoredEntity stored);
  std::string fact_now(const std::string& name) const;
  void copy_facts(const FakeStore& other);  // the facts that another process left

  void load(EntityId id, Executor& where, StoreAnswer<std::optional<StoredEntity>> answer) override;
  void list(EntityQuery query, Executor& where, StoreAnswer<std::vector<EntityId>> answer) override;
  void put_fact(std::string name,
                std::string value,
                Executor& where,
                StoreAnswer<Unit> answer) override;
  void get_fact(std::string name,
                Executor& where,
                StoreAnswer<std::optional<std::string>> answer) override;

  UnitId next_unit() override { return 0; }
  std::uint64_t next_outbox_id() override { return 0; }
  void stage(UnitId, Writes, Executor&, StoreAnswer<Unit>) override {}
  void finish(UnitId) override {}
  void abandon(UnitId) override {}
  void find_answer(std::string,
                   std::string,
                   Executor&,
                   StoreAnswer<std::optional<IdempotentAnswer>>) override {}
  void pending_outbox(Executor&, StoreAnswer<std::vector<OutboxMessage>>) override {}
  std::uint64_t next_journal_row() override { return 0; }
  void journal(Executor&, StoreAnswer<std::vector<JournalRow>>) override {}
  Result<> flush() override { return success(); }

 private:
  template <class T>
  void give(Executor& where, StoreAnswer<T> answer, T value);

  mutable std::mutex mutex_;
  std::condition_variable held_one_;
  bool down_ = false;
  bool hangs_ = false;
  std::vector<std::pair<Executor*, Work>> held_;  // queued answers and their executors
  std::map<std::string, std::string> facts_;
  std::map<EntityId, StoredEntity> stored_;
};

}  // namespace serai::testing
