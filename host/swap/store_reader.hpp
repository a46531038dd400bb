// StoreReader: calls the store for swaps and waits for the answer on the loader thread.
//
// Errors  the store's own. A read fails with unavailable after `patience`, and at once when the
//         host is stopping. A write is given up only when both have happened, because the store may
//         still carry it out: a late "committed" would name a release that has been rolled back.
// Time    of the Clock. A manual clock is read when work comes, and once a second.
// Thread  the loader thread. It runs other work of its inbox while it waits.
// Owner   borrows its parts. The inbox must live until the store is closed, because late answers
//         are posted to it.
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
  Result<std::optional<StoredEntity>> load(const EntityId& id);

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
