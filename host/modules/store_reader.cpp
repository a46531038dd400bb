#include "modules/store_reader.hpp"

namespace serai {

template <class T, class Ask>
Result<T> StoreReader::wait_for(Ask ask) {
  // The store answers exactly once, at the latest when it closes: the slot may live on this stack.
  std::optional<Result<T>> slot;
  ask(StoreAnswer<T>([&slot](Result<T> answer) { slot.emplace(std::move(answer)); }));
  while (!slot) {
    inbox_.wait(std::chrono::steady_clock::now() + std::chrono::seconds(1), -1);
    inbox_.run_ready();
  }
  return *std::move(slot);
}

Result<std::optional<std::string>> StoreReader::fact(const std::string& name) {
  return wait_for<std::optional<std::string>>(
      [&](auto answer) { store_.get_fact(name, inbox_, std::move(answer)); });
}

Result<> StoreReader::put_fact(const std::string& name, std::string value) {
  return wait_for<Unit>(
      [&](auto answer) { store_.put_fact(name, std::move(value), inbox_, std::move(answer)); });
}

Result<std::vector<EntityId>> StoreReader::list(EntityQuery query) {
  return wait_for<std::vector<EntityId>>(
      [&](auto answer) { store_.list(std::move(query), inbox_, std::move(answer)); });
}

Result<std::optional<EntityRecord>> StoreReader::load(const EntityId& id) {
  return wait_for<std::optional<EntityRecord>>(
      [&](auto answer) { store_.load(id, inbox_, std::move(answer)); });
}

}  // namespace serai
