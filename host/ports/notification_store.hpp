// NotificationStore: persistent notifications of players.
//
// Thread  every call: any thread. It never waits for the database. The answer comes on `where`.
// Owner   arguments are moved in. An answer is called exactly once; when the store closes first,
//         with unavailable.
// Errors  unavailable: the database cannot be reached, is full or locked. The caller may try again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/uuid.hpp"
#include "model/notification.hpp"
#include "ports/store_answer.hpp"

namespace serai {

class NotificationStore {
 public:
  virtual ~NotificationStore() = default;

  // Lists the notifications after `cursor`, the oldest first. invalid_argument: the cursor is
  // malformed.
  virtual void list_notifications(Uuid user,
                                  std::uint32_t limit,
                                  std::string cursor,
                                  Executor& where,
                                  StoreAnswer<NotificationPage> answer) = 0;
  virtual void delete_notifications(Uuid user,
                                    std::vector<Uuid> ids,
                                    Executor& where,
                                    StoreAnswer<Unit> answer) = 0;
};

}  // namespace serai
