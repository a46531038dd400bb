// StoreReader: the few things a swap asks of the store, waited for on the loader thread.
//
// Errors  the store's own: unavailable when the database is gone.
// Thread  the loader thread. Other work of its inbox runs meanwhile.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "modules/inbox.hpp"
#include "runtime/ports/store.hpp"

namespace serai {

class StoreReader {
 public:
  StoreReader(Store& store, Inbox& inbox) : store_(store), inbox_(inbox) {}

  Result<std::optional<std::string>> fact(const std::string& name);
  Result<> put_fact(const std::string& name, std::string value);
  Result<std::vector<EntityId>> list(EntityQuery query);
  Result<std::optional<EntityRecord>> load(const EntityId& id);

 private:
  template <class T, class Ask>
  Result<T> wait_for(Ask ask);

  Store& store_;
  Inbox& inbox_;
};

}  // namespace serai
