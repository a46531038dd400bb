#include "swap/store_reader.hpp"

#include <algorithm>
#include <memory>

namespace serai::swap {

template <class T, class Ask>
Result<T> StoreReader::wait_for(Asks asks, Ask ask) {
  using std::chrono::microseconds;
  // Shared with the answer, which may come after the wait was given up.
  const auto slot = std::make_shared<std::optional<Result<T>>>();
  ask(StoreAnswer<T>([slot](Result<T> answer) { slot->emplace(std::move(answer)); }));
  const std::int64_t deadline_us = clock_.steady_us() + microseconds(patience_).count();
  for (inbox_.run_ready(); !*slot; inbox_.run_ready()) {
    const microseconds left(deadline_us - clock_.steady_us());
    const bool late = left <= microseconds(0);
    const bool gives_up = asks == Asks::read ? late || stopping_() : late && stopping_();
    if (gives_up) {
      return {Errc::unavailable,
              late ? "the store has not answered in " + std::to_string(patience_.count()) + " ms"
                   : "the host is stopping"};
    }
    constexpr microseconds kCheckEvery = std::chrono::seconds(1);
    inbox_.wait(
        std::chrono::steady_clock::now() + (late ? kCheckEvery : std::min(kCheckEvery, left)), -1);
  }
  return std::move(**slot);
}

Result<std::optional<std::string>> StoreReader::fact(const std::string& name) {
  return wait_for<std::optional<std::string>>(
      Asks::read, [&](auto answer) { facts_.get_fact(name, inbox_, std::move(answer)); });
}

Result<> StoreReader::put_fact(const std::string& name, std::string value) {
  return wait_for<Unit>(Asks::write, [&](auto answer) {
    facts_.put_fact(name, std::move(value), inbox_, std::move(answer));
  });
}

Result<std::vector<EntityId>> StoreReader::list(EntityQuery query) {
  return wait_for<std::vector<EntityId>>(
      Asks::read, [&](auto answer) { store_.list(std::move(query), inbox_, std::move(answer)); });
}

Result<std::optional<StoredEntity>> StoreReader::load(const EntityId& id) {
  return wait_for<std::optional<StoredEntity>>(
      Asks::read, [&](auto answer) { store_.load(id, inbox_, std::move(answer)); });
}

}  // namespace serai::swap
