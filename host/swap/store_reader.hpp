// StoreReader: the few things a swap asks of the store, waited for on the loader thread.
//
// Errors  the store's own: unavailable when the database is gone. A read that is not answered in
//         `patience` is given up, likewise unavailable, and at once when the host is stopping. A
//         write is given up only then and after that time: it may still be done later, and a fact
//         "committed" that comes true behind the loader's back would name a release that was taken
//         back.
// Time    of the Clock; one that is moved by hand is looked at when work comes, and each second.
// Thread  the loader thread. Other work of its inbox runs meanwhile.
// Owner   borrows its parts. The inbox lives until the store is closed: late answers come there.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/inbox.hpp"
#include "ports/entity_store.hpp"
#include "ports/fact_store.hpp"

namespace serai::swap {

class StoreReader {
 public:
  StoreReader(EntityStore& store,
              FactStore& facts,
              const Clock& clock,
              Inbox& inbox,
              std::function<bool()> stopping,
              std::chrono::milliseconds patience = std::chrono::seconds(30))
      : store_(store),
        facts_(facts),
        clock_(clock),
        inbox_(inbox),
        stopping_(std::move(stopping)),
        patience_(patience) {}

  Result<std::optional<std::string>> fact(const std::string& name);
  Result<> put_fact(const std::string& name, std::string value);
  Result<std::vector<EntityId>> list(EntityQuery query);
  Result<std::optional<EntityRecord>> load(const EntityId& id);

 private:
  enum class Asks { read, write };
  template <class T, class Ask>
  Result<T> wait_for(Asks asks, Ask ask);

  EntityStore& store_;
  FactStore& facts_;
  const Clock& clock_;
  Inbox& inbox_;
  std::function<bool()> stopping_;
  std::chrono::milliseconds patience_;
};

}  // namespace serai::swap
