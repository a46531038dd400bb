// FactStore: small named values of the host itself, such as the committed release.
//
// Thread  every call: any thread. It never waits for the database. The answer comes on `where`.
// Owner   arguments are moved in. An answer is called exactly once; when the store closes first,
//         with unavailable.
// Errors  unavailable: the database cannot be reached, is full or locked. The caller may try again.
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
  // No value: the fact was never stored.
  virtual void get_fact(std::string name,
                        Executor& where,
                        StoreAnswer<std::optional<std::string>> answer) = 0;
};

}  // namespace serai
