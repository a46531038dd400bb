// Store: everything durable. A database implements all of it; a caller takes the part that it
// needs.
//
// Thread  see each part.
// Owner   app.
#pragma once

#include "ports/account_store.hpp"
#include "ports/entity_store.hpp"
#include "ports/fact_store.hpp"
#include "ports/ledger.hpp"
#include "ports/notification_store.hpp"
#include "ports/object_store.hpp"

namespace serai {

class Store : public EntityStore,
              public Ledger,
              public AccountStore,
              public ObjectStore,
              public NotificationStore,
              public FactStore {
 public:
  // For health checks. unavailable, with the reason: the database cannot be reached.
  virtual void ping(Executor& where, StoreAnswer<Unit> answer) = 0;
};

}  // namespace serai
