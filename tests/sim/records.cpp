#include "records.hpp"

#include "violation.hpp"

namespace serai::sim {
namespace {

class Inline final : public Executor {
 public:
  void post(Work work) override { work(); }
};

// Sends a request to a store that is pumped by hand, and waits for the answer.
template <class T, class Call>
T ask(storage::SqlStore& store, Call call) {
  Inline here;
  std::optional<Result<T>> got;
  call(here, StoreAnswer<T>([&got](Result<T> result) { got.emplace(std::move(result)); }));
  while (!got && store.pump()) {
  }
  require(got.has_value() && got->ok(), "the store answers");
  return *std::move(*got);
}

template <class State>
void read_kind(storage::SqlStore& store,
               const char* kind,
               std::map<std::string, Stored<State>>& out) {
  constexpr std::uint32_t kMany = 100'000;
  const auto ids = ask<std::vector<EntityId>>(store, [&](Executor& here, auto answer) {
    store.list({kind, "", kMany}, here, std::move(answer));
  });
  for (const EntityId& id : ids) {
    const auto loaded = ask<std::optional<StoredEntity>>(
        store, [&](Executor& here, auto answer) { store.load(id, here, std::move(answer)); });
    require(loaded.has_value(), "a listed entity exists");
    Stored<State>& stored = out[id.key];
    stored.schema = loaded->schema;
    require(stored.state.ParseFromString(loaded->state),
            std::string(kind) + " " + id.key + " parses");
  }
}

}  // namespace

Records read_records(storage::SqlStore& store) {
  Records all;
  read_kind(store, "battle", all.battles);
  read_kind(store, "character", all.characters);
  read_kind(store, "roster", all.rosters);
  read_kind(store, "town", all.towns);
  read_kind(store, "caravan", all.caravans);
  read_kind(store, "campaign", all.campaigns);
  all.outbox = ask<std::vector<OutboxMessage>>(store, [&](Executor& here, auto answer) {
                 store.pending_outbox(here, std::move(answer));
               }).size();
  return all;
}

std::int64_t balance(storage::SqlStore& store, const std::string& account) {
  return ask<std::int64_t>(
      store, [&](Executor& here, auto answer) { store.balance(account, here, std::move(answer)); });
}

}  // namespace serai::sim
