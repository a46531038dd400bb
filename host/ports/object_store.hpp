// ObjectStore: storage objects, with the rules of the client protocol (services.md section 8).
//
// Thread  every call: any thread, never blocks on the database. Answers come on `where`.
// Owner   arguments are moved in. An answer is called exactly once, at the latest with unavailable
//         when the store closes.
// Errors  unavailable: the database is gone, full or locked; the caller may try again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/storage_object.hpp"
#include "ports/store_answer.hpp"

namespace serai {

class ObjectStore {
 public:
  virtual ~ObjectStore() = default;

  // invalid_argument: the detail is the client protocol's text. A read returns each object once;
  // resource_exhausted when the values of several exceed 4 MiB.
  virtual void read_objects(std::vector<ObjectKey> keys,
                            ObjectActor actor,
                            Executor& where,
                            StoreAnswer<std::vector<StorageObject>> answer) = 0;
  virtual void write_objects(std::vector<ObjectWrite> writes,
                             ObjectActor actor,
                             std::int64_t now_s,
                             Executor& where,
                             StoreAnswer<std::vector<ObjectAck>> answer) = 0;
  virtual void delete_objects(std::vector<ObjectDelete> deletes,
                              ObjectActor actor,
                              Executor& where,
                              StoreAnswer<Unit> answer) = 0;
  virtual void list_objects(ObjectQuery query,
                            ObjectActor actor,
                            Executor& where,
                            StoreAnswer<ObjectPage> answer) = 0;
};

}  // namespace serai
