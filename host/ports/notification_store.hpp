// NotificationStore: notifications that wait for their players.
//
// Thread  every call: any thread, never blocks on the database. Answers come on `where`.
// Owner   arguments are moved in. An answer is called exactly once, at the latest with unavailable
//         when the store closes.
// Errors  unavailable: the database is gone, full or locked; the caller may try again.
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
