// FactStore: small facts of the host itself, such as the committed release.
//
// Thread  every call: any thread, never blocks on the database. Answers come on `where`.
// Owner   arguments are moved in. An answer is called exactly once, at the latest with unavailable
//         when the store closes.
// Errors  unavailable: the database is gone, full or locked; the caller may try again.
#pragma once

#include <optional>
#include <string>

#include "ports/store_answer.hpp"

namespace serai {

class FactStore {
 public:
  virtual ~FactStore() = default;

  virtual void put_fact(std::string name,
                        std::string value,
                        Executor& where,
                        StoreAnswer<Unit> answer) = 0;
  virtual void get_fact(std::string name,
                        Executor& where,
                        StoreAnswer<std::optional<std::string>> answer) = 0;
};

}  // namespace serai
