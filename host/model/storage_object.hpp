// StorageObject: a JSON value that is stored under collection, key and owner.
//
// Units   create_s, update_s: Unix seconds.
// Thread  plain values: any.
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
  Uuid user_id;  // nil: the server's
};

struct StorageObject {
  ObjectKey key;
  std::string value;    // JSON object text as sent
  std::string version;  // lower-case hex MD5 of value
  std::int32_t permission_read = 1;
  std::int32_t permission_write = 1;
  std::int64_t create_s = 0;
  std::int64_t update_s = 0;
};

struct ObjectWrite {
  ObjectKey key;
  std::string value;
  std::string version;  // "": any, "*": only if absent, else: only if equal
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

// The caller. A nil user with server == true bypasses permissions.
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

// A page may have fewer objects than asked for, even none, and still not be the last. It ends
// before its values exceed 4 MiB (one object always fits), and after 10,000 objects were examined,
// whether the caller may read them or not.
struct ObjectPage {
  std::vector<StorageObject> objects;
  std::string cursor;  // empty on the last page
};

}  // namespace serai
