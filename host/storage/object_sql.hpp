// SQL for storage objects, with the permission and version rules of the client protocol.
//
// Errors  invalid_argument with the texts of the protocol. resource_exhausted: the values of a read
//         exceed 4 MiB together. An error of the Db stays in the Db.
// Thread  that of the Db.
#pragma once

#include <vector>

#include "ports/store.hpp"
#include "storage/db.hpp"

namespace serai::storage {

Result<std::vector<StorageObject>> read_objects(Db& db,
                                                const std::vector<ObjectKey>& keys,
                                                const ObjectActor& actor);
// Writes all objects or none: every check is made before the first write.
Result<std::vector<ObjectAck>> write_objects(Db& db,
                                             const std::vector<ObjectWrite>& writes,
                                             const ObjectActor& actor,
                                             std::int64_t now_s);
Result<> delete_objects(Db& db, const std::vector<ObjectDelete>& deletes, const ObjectActor& actor);
Result<ObjectPage> list_objects(Db& db, const ObjectQuery& query, const ObjectActor& actor);

// Inserts an object as it is. It must not exist.
void insert_object(Db& db, const StorageObject& object);

std::string object_version(std::string_view value);  // MD5 in lower-case hexadecimal

}  // namespace serai::storage
