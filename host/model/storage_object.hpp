// StorageObject: a JSON value that is stored under a collection, a key and an owner.
//
// Units   create_s, update_s: Unix seconds.
//         permission_read: 0 nobody, 1 the owner, 2 everybody. permission_write: 0 nobody, 1 the
//         owner. The server may always read and write.
// Thread  any; plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/uuid.hpp"

namespace serai {

struct ObjectKey {
  std::string collection;
  std::string key;
  Uuid user_id;  // the owner; nil: the server
};

struct StorageObject {
  ObjectKey key;
  std::string value;    // text of a JSON object, as it was sent
  std::string version;  // MD5 of `value` as lower-case hex
  std::int32_t permission_read = 1;
  std::int32_t permission_write = 1;
  std::int64_t create_s = 0;
  std::int64_t update_s = 0;
};

struct ObjectWrite {
  ObjectKey key;
  std::string value;
  std::string version;  // "": always, "*": only if absent, else: only if the stored one equals
  std::int32_t permission_read = 1;
  std::int32_t permission_write = 1;
};

struct ObjectDelete {
  ObjectKey key;
  std::string version;
};

struct ObjectAck {
  ObjectKey key;
  std::string version;
  std::int64_t create_s = 0;
  std::int64_t update_s = 0;
};

// The caller of a storage call. The server (`server` is true, the user nil) bypasses permissions.
struct ObjectActor {
  Uuid user_id;
  bool server = false;
};

struct ObjectQuery {
  std::string collection;
  std::optional<Uuid> owner;  // none: all owners' public objects
  std::uint32_t limit = 1;
  std::string cursor;
};

// One page of a listing. It may have fewer objects than the limit, even none, and still not be the
// last one: it ends before its values exceed 4 MiB (one object always fits), and after 10,000
// objects were examined, whether the caller may read them or not.
struct ObjectPage {
  std::vector<StorageObject> objects;
  std::string cursor;  // empty on the last page
};

}  // namespace serai
