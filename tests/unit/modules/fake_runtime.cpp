#include "unit/modules/fake_runtime.hpp"

#include <catch2/catch.hpp>

#include "abi/host_table.hpp"
#include "abi/module_states.hpp"
#include "release/contract_check.hpp"

namespace serai::testing {
namespace {

const abi::KindContract& kind_of(const abi::Generation& generation,
                                 const std::string& kind,
                                 std::uint32_t& index) {
  index = 0;
  for (const abi::KindContract& contract : generation.contract.kinds) {
    if (contract.name == kind) return contract;
    ++index;
  }
  FAIL("no kind " + kind);
  return generation.contract.kinds.front();
}

std::string export_in(const abi::Generation& generation,
                      const std::string& kind,
                      const serai_entity* state,
                      std::uint32_t schema) {
  std::uint32_t index = 0;
  kind_of(generation, kind, index);
  return *abi::ModuleStates(generation)
              .write(static_cast<int>(index), state, schema, SERAI_FOR_SWAP);
}

}  // namespace

FakeRuntime::FakeRuntime() = default;

FakeRuntime::~FakeRuntime() {
  for (const Entity& entity : entities_) {
    const abi::Generation& generation = *live_.at(entity.module);
    generation.entry->entity_destroy(generation.instance, 0, entity.state);
  }
}

const abi::ModuleHost& FakeRuntime::host_table() const {
  static const abi::ModuleHost kHost{abi::host_table(), nullptr, {}};
  return kHost;
}

void FakeRuntime::make_entity(const std::string& kind, const std::string& key) {
  const std::lock_guard lock(mutex_);
  const abi::Generation& generation =
      *live_.at(kind);  // a fixture's kind has the name of its module
  Entity entity{{kind, key}, kind, nullptr};
  const serai_str name{key.data(), key.size()};
  REQUIRE(generation.entry->entity_create(generation.instance, 0, name, &entity.state) == SERAI_OK);
  entities_.push_back(std::move(entity));
}

std::string FakeRuntime::version_of(const std::string& module) const {
  const std::lock_guard lock(mutex_);
  const auto found = live_.find(module);
  return found == live_.end() ? "" : found->second->contract.version;
}

std::string FakeRuntime::state_of(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  for (const Entity& entity : entities_) {
    if (entity.id.key != key) continue;
    const abi::Generation& generation = *live_.at(entity.module);
    return export_in(generation, entity.id.kind, entity.state, generation.contract.kinds[0].schema);
  }
  return "none";
}

void FakeRuntime::set_figures(const std::string& version,
                              std::uint64_t calls,
                              std::uint64_t failures) {
  const std::lock_guard lock(mutex_);
  figures_[version] = {calls, failures};
}

void FakeRuntime::fail_next_switch(std::string reason) {
  const std::lock_guard lock(mutex_);
  fail_next_ = std::move(reason);
}

Result<> FakeRuntime::install(std::vector<std::unique_ptr<abi::Generation>> generations) {
  const std::lock_guard lock(mutex_);
  for (auto& generation : generations) {
    const std::string name = generation->contract.name;
    live_[name] = std::move(generation);
  }
  return success();
}

Result<> FakeRuntime::export_live(const std::string& module,
                                  std::size_t /*recordings*/,
                                  const std::function<bool(std::vector<ExportedEntity>)>& take) {
  const std::lock_guard lock(mutex_);
  for (const Entity& entity : entities_) {
    if (entity.module != module) continue;
    const abi::Generation& generation = *live_.at(module);
    const std::uint32_t schema = generation.contract.kinds[0].schema;
    std::vector<ExportedEntity> batch;
    batch.push_back(
        {entity.id, schema, export_in(generation, entity.id.kind, entity.state, schema), true, {}});
    if (!take(std::move(batch))) return {Errc::cancelled, "stopped by the reader"};
  }
  return success();
}

Result<MoveReport> FakeRuntime::move_all(const Live& from, const Live& to) {
  MoveReport report;
  for (Entity& entity : entities_) {
    const auto next = to.find(entity.module);
    const auto live = from.find(entity.module);
    if (next == to.end() || live == from.end() || next->second == live->second) continue;
    std::uint32_t index = 0;
    const abi::KindContract& before = kind_of(*live->second, entity.id.kind, index);
    const abi::KindContract& after = kind_of(*next->second, entity.id.kind, index);
    const std::uint32_t schema = before.best_for(after).value();
    const std::string bytes = export_in(*live->second, entity.id.kind, entity.state, schema);
    const abi::ModuleStates states(*next->second);
    Result<serai_entity*> moved =
        states.import(static_cast<int>(index), entity.id.key, schema, bytes);
    if (!moved) {
      return {Errc::failed_precondition, entity.id.key + ": " + moved.error().detail};
    }
    abi::ModuleStates(*live->second).destroy(static_cast<int>(index), entity.state);
    entity.state = *moved;
    ++report.entities_moved;
  }
  return report;
}

Result<MoveReport> FakeRuntime::switch_to(
    std::vector<std::unique_ptr<abi::Generation>> generations) {
  const std::lock_guard lock(mutex_);
  if (!fail_next_.empty()) return {Errc::failed_precondition, std::exchange(fail_next_, "")};
  Live next;
  for (auto& generation : generations) {
    const std::string name = generation->contract.name;
    next[name] = std::move(generation);
  }
  Result<MoveReport> moved = move_all(live_, next);
  if (!moved) return moved;
  former_.clear();
  for (auto& [name, generation] : next) {
    std::swap(live_[name], generation);
    if (generation != nullptr) former_[name] = std::move(generation);
  }
  ++switches_;
  return moved;
}

void FakeRuntime::fail_rest(std::string reason) {
  const std::lock_guard lock(mutex_);
  fail_rest_ = std::move(reason);
}

void FakeRuntime::say_draining(const std::string& module, std::uint64_t entities) {
  const std::lock_guard lock(mutex_);
  draining_.module = module;
  draining_.entities = entities;
  draining_.draining = true;
}

abi::MovePolicy FakeRuntime::policy_of(const std::string& module) const {
  const std::lock_guard lock(mutex_);
  return live_.at(module)->policy;
}

Result<MoveReport> FakeRuntime::switch_rest() {
  const std::lock_guard lock(mutex_);
  if (!fail_rest_.empty()) return {Errc::failed_precondition, std::exchange(fail_rest_, "")};
  ++rests_;
  return MoveReport{};
}

Result<MoveReport> FakeRuntime::switch_back() {
  const std::lock_guard lock(mutex_);
  if (!fail_next_.empty()) return {Errc::failed_precondition, std::exchange(fail_next_, "")};
  Result<MoveReport> moved = move_all(live_, former_);
  if (!moved) return moved;
  for (auto& [name, generation] : former_) std::swap(live_[name], generation);
  return moved;
}

Result<> FakeRuntime::read_with(std::vector<std::unique_ptr<abi::Generation>> generations) {
  when_reading_();
  generations.clear();
  return success();
}

std::vector<std::unique_ptr<abi::Generation>> FakeRuntime::retire_former() {
  const std::lock_guard lock(mutex_);
  std::vector<std::unique_ptr<abi::Generation>> out;
  for (auto& [name, generation] : former_) out.push_back(std::move(generation));
  former_.clear();
  return out;
}

std::vector<GenerationFigures> FakeRuntime::figures() const {
  const std::lock_guard lock(mutex_);
  std::vector<GenerationFigures> out;
  for (const auto& [name, generation] : live_) {
    GenerationFigures figures;
    figures.generation = generation->id;
    figures.module = name;
    figures.version = generation->contract.version;
    if (const auto found = figures_.find(figures.version); found != figures_.end()) {
      figures.calls = found->second.first;
      figures.failures = found->second.second;
    }
    out.push_back(std::move(figures));
  }
  if (draining_.draining) out.push_back(draining_);
  return out;
}

// ---- Store ------------------------------------------------------------------------------------

template <class T>
void FakeStore::give(Executor& where, StoreAnswer<T> answer, T value) {
  const std::lock_guard lock(mutex_);
  Work work([down = down_, answer = std::move(answer), value = std::move(value)]() mutable {
    if (down) {
      answer(Error{Errc::unavailable, "the database is gone"});
    } else {
      answer(std::move(value));
    }
  });
  if (hangs_) {
    held_.emplace_back(&where, std::move(work));
    held_one_.notify_all();
  } else {
    where.post(std::move(work));
  }
}

void FakeStore::set_down(bool down) {
  const std::lock_guard lock(mutex_);
  down_ = down;
}

void FakeStore::hang() {
  const std::lock_guard lock(mutex_);
  hangs_ = true;
}

bool FakeStore::await_held() {
  std::unique_lock lock(mutex_);
  return held_one_.wait_for(lock, std::chrono::seconds(60), [&] { return !held_.empty(); });
}

void FakeStore::answer_held() {
  const std::lock_guard lock(mutex_);
  hangs_ = false;
  for (auto& [where, work] : std::exchange(held_, {})) where->post(std::move(work));
}

void FakeStore::put_stored(StoredEntity stored) {
  const std::lock_guard lock(mutex_);
  const EntityId id = stored.id;
  stored_[id] = std::move(stored);
}

std::string FakeStore::fact_now(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = facts_.find(name);
  return found == facts_.end() ? "" : found->second;
}

void FakeStore::copy_facts(const FakeStore& other) {
  const std::scoped_lock lock(mutex_, other.mutex_);
  facts_ = other.facts_;
}

void FakeStore::load(EntityId id,
                     Executor& where,
                     StoreAnswer<std::optional<StoredEntity>> answer) {
  std::optional<StoredEntity> stored;
  {
    const std::lock_guard lock(mutex_);
    const auto found = stored_.find(id);
    if (found != stored_.end()) stored = found->second;
  }
  give(where, std::move(answer), std::move(stored));
}

void FakeStore::list(EntityQuery query,
                     Executor& where,
                     StoreAnswer<std::vector<EntityId>> answer) {
  std::vector<EntityId> ids;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, stored] : stored_) {
      if (id.kind != query.kind || ids.size() == query.limit) continue;
      if (id.key > query.after_key) ids.push_back(id);
    }
  }
  give(where, std::move(answer), std::move(ids));
}

void FakeStore::put_fact(std::string name,
                         std::string value,
                         Executor& where,
                         StoreAnswer<Unit> answer) {
  {
    const std::lock_guard lock(mutex_);
    if (!down_) facts_[std::move(name)] = std::move(value);
  }
  give(where, std::move(answer), Unit{});
}

void FakeStore::get_fact(std::string name,
                         Executor& where,
                         StoreAnswer<std::optional<std::string>> answer) {
  std::optional<std::string> value;
  {
    const std::lock_guard lock(mutex_);
    const auto found = facts_.find(name);
    if (found != facts_.end()) value = found->second;
  }
  give(where, std::move(answer), std::move(value));
}

}  // namespace serai::testing
