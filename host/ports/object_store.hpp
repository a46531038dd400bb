// ObjectStore: storage objects, with the rules of the client protocol.
//
// Thread  every call: any thread. It never waits for the database. The answer comes on `where`.
// Owner   arguments are moved in. An answer is called exactly once; when the store closes first,
//         with unavailable.
// Errors  unavailable: the database cannot be reached, is full or locked. The caller may try again.
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

  // All calls: invalid_argument, with the text of the client protocol as the detail. A read returns
  // each object once. resource_exhausted: a read of several objects whose values exceed 4 MiB
  // together.
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
