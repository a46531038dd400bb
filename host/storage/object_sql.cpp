#include "storage/object_sql.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <unordered_set>

#include "base/assert.hpp"
#include "base/hex.hpp"
#include "storage/cursor.hpp"

namespace serai::storage {
namespace {

constexpr char kObjectTag = 's';
constexpr std::int32_t kReadOwner = 1;
constexpr std::int32_t kReadEverybody = 2;
constexpr std::int32_t kWriteOwner = 1;
// Limits of one read. A query must not block a reader thread for long, and an answer must not fill
// the memory.
constexpr std::size_t kMebibyte = 1 << 20;
constexpr std::size_t kAnswerMiBMax = 4;  // of the values alone
constexpr std::size_t kRowsMax = 10'000;

struct Stored {
  std::int64_t id = 0;  // 0: not on disk yet
  std::string version;
  std::int32_t permission_read = 0;
  std::int32_t permission_write = 0;
  std::int64_t create_s = 0;
  std::int64_t update_s = 0;
};

std::optional<Stored> find_stored(Db& db, const ObjectKey& key) {
  Query query(db,
              "SELECT id, version, permission_read, permission_write, create_s, update_s "
              "FROM objects WHERE user_id = ? AND collection = ? AND key = ?",
              key.user_id,
              key.collection,
              key.key);
  if (!query.row()) return std::nullopt;
  return Stored{query.integer(0),
                query.text(1),
                static_cast<std::int32_t>(query.integer(2)),
                static_cast<std::int32_t>(query.integer(3)),
                query.integer(4),
                query.integer(5)};
}

bool same_key(const ObjectKey& left, const ObjectKey& right) {
  return left.key == right.key && left.user_id == right.user_id &&
         left.collection == right.collection;
}

bool may_read(const ObjectActor& actor, const Uuid& owner, std::int64_t permission_read) {
  if (actor.server || permission_read == kReadEverybody) return true;
  return permission_read == kReadOwner && owner == actor.user_id;
}

bool may_write(const ObjectActor& actor,
               const ObjectKey& key,
               const std::optional<Stored>& stored) {
  if (actor.server) return true;
  return key.user_id == actor.user_id && (!stored || stored->permission_write == kWriteOwner);
}

// The result of one write in a batch. Of several writes of one object only the last is carried out;
// the others are superseded.
struct Planned {
  Stored after;
  bool changes = false;
  bool superseded = false;
};

Result<Planned> plan(const ObjectWrite& write,
                     const std::optional<Stored>& stored,
                     const ObjectActor& actor,
                     std::int64_t now_s) {
  if (write.version == "*"
          ? stored.has_value()
          : !write.version.empty() && (!stored || stored->version != write.version)) {
    return Error{Errc::invalid_argument, "Storage write rejected - version check failed."};
  }
  if (!may_write(actor, write.key, stored)) {
    return Error{Errc::invalid_argument, "Storage write rejected - permission denied."};
  }
  Planned planned;
  planned.after = {stored ? stored->id : 0,
                   object_version(write.value),
                   write.permission_read,
                   write.permission_write,
                   stored ? stored->create_s : now_s,
                   now_s};
  const bool equal = stored && stored->version == planned.after.version &&
                     stored->permission_read == write.permission_read &&
                     stored->permission_write == write.permission_write;
  if (equal) planned.after.update_s = stored->update_s;
  planned.changes = !equal;
  return planned;
}

void carry_out(Db& db, const ObjectWrite& write, const Stored& after) {
  if (after.id != 0) {
    Query(db,
          "UPDATE objects SET value = ?, version = ?, permission_read = ?, permission_write = ?, "
          "update_s = ? WHERE id = ?",
          write.value,
          after.version,
          after.permission_read,
          after.permission_write,
          after.update_s,
          after.id)
        .run();
    return;
  }
  Query(db,
        "INSERT INTO objects(user_id, collection, key, value, version, permission_read, "
        "permission_write, create_s, update_s) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
        write.key.user_id,
        write.key.collection,
        write.key.key,
        write.value,
        after.version,
        after.permission_read,
        after.permission_write,
        after.create_s,
        after.update_s)
      .run();
}

// Reads an object from a row. Every SELECT that fills one has its columns in this order.
StorageObject read_object(const Query& query) {
  StorageObject object;
  object.key.user_id = query.uuid(0);
  object.key.collection = query.text(1);
  object.key.key = query.text(2);
  object.value = query.text(3);
  object.version = query.text(4);
  object.permission_read = static_cast<std::int32_t>(query.integer(5));
  object.permission_write = static_cast<std::int32_t>(query.integer(6));
  object.create_s = query.integer(7);
  object.update_s = query.integer(8);
  return object;
}

// The place of a cursor that continues after an object: the 16 bytes of its owner's id, then its
// key.
std::string place_of(const ObjectKey& key) {
  const auto& bytes = key.user_id.bytes();
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()) + key.key;
}

struct Place {
  Uuid user_id;
  std::string key;
};

std::optional<Place> parse_object_place(const std::string& cursor) {
  if (cursor.empty()) return Place{};
  const auto text = decode_cursor(kObjectTag, cursor);
  std::array<std::uint8_t, 16> bytes{};
  if (!text || text->size() < bytes.size()) return std::nullopt;
  std::copy_n(text->begin(), bytes.size(), bytes.begin());
  return Place{Uuid(bytes), text->substr(bytes.size())};
}

// The first object always fits, so that every stored object can be read, whatever its size.
bool has_room(std::size_t bytes, const Query& row) {
  return bytes == 0 || bytes + row.view(3).size() <= kAnswerMiBMax * kMebibyte;
}

// Takes the readable rows of a page. The first row that does not fit shows that there is a next
// page. That page begins after the last row read, so that skipped rows are not read again.
ObjectPage take_page(Query& rows, std::uint32_t limit, std::int32_t read_min) {
  ObjectPage page;
  ObjectKey last;
  std::size_t bytes = 0;
  for (std::size_t rows_read = 0; rows.row(); ++rows_read) {
    const bool readable = rows.integer(5) >= read_min;
    const bool full = readable && (page.objects.size() == limit || !has_room(bytes, rows));
    if (full || rows_read == kRowsMax) {
      page.cursor = encode_cursor(kObjectTag, place_of(last));
      break;
    }
    last.user_id = rows.uuid(0);
    last.key = rows.text(2);
    if (!readable) continue;
    page.objects.push_back(read_object(rows));
    bytes += page.objects.back().value.size();
  }
  return page;
}

// The objects of one owner that everybody may read. Private objects are not in this index, so they
// cost nothing. With INDEXED BY the statement fails when the index is missing, instead of being
// slow.
ObjectPage list_public(Db& db, const ObjectQuery& query, const Uuid& owner, const Place& after) {
  Query rows(db,
             "SELECT user_id, collection, key, value, version, permission_read, "
             "permission_write, create_s, update_s FROM objects{sqlite: INDEXED BY objects_public} "
             "WHERE collection = ? AND user_id = ? AND key > ? AND permission_read = 2 "
             "ORDER BY key",
             query.collection,
             owner,
             after.key);
  return take_page(rows, query.limit, kReadEverybody);
}

ObjectPage list_everybodys(Db& db, const ObjectQuery& query, const Place& after) {
  Query rows(db,
             "SELECT user_id, collection, key, value, version, permission_read, "
             "permission_write, create_s, update_s FROM objects{sqlite: INDEXED BY objects_public} "
             "WHERE collection = ? AND permission_read = 2 AND (user_id, key) > (?, ?) "
             "ORDER BY user_id, key",
             query.collection,
             after.user_id,
             after.key);
  return take_page(rows, query.limit, kReadEverybody);
}

}  // namespace

std::string object_version(std::string_view value) {
  static const EVP_MD* const kMd5 = EVP_MD_fetch(nullptr, "MD5", nullptr);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  SERAI_ASSERT(EVP_Digest(value.data(), value.size(), digest.data(), &size, kMd5, nullptr) == 1);
  return hex({reinterpret_cast<const char*>(digest.data()), size});
}

Result<std::vector<StorageObject>> read_objects(Db& db,
                                                const std::vector<ObjectKey>& keys,
                                                const ObjectActor& actor) {
  std::vector<StorageObject> objects;
  std::unordered_set<std::int64_t> answered;
  std::size_t bytes = 0;
  for (const ObjectKey& key : keys) {
    Query query(db,
                "SELECT user_id, collection, key, value, version, permission_read, "
                "permission_write, create_s, update_s, id FROM objects "
                "WHERE user_id = ? AND collection = ? AND key = ?",
                key.user_id,
                key.collection,
                key.key);
    // The permission is checked before the value, which may be large, is fetched.
    if (!query.row() || !may_read(actor, key.user_id, query.integer(5))) continue;
    if (!answered.insert(query.integer(9)).second) continue;
    if (!has_room(bytes, query)) {
      return Error{Errc::resource_exhausted,
                   "The values of these objects exceed " + std::to_string(kAnswerMiBMax) +
                       " MiB together, read fewer at a time."};
    }
    objects.push_back(read_object(query));
    bytes += objects.back().value.size();
  }
  return objects;
}

Result<std::vector<ObjectAck>> write_objects(Db& db,
                                             const std::vector<ObjectWrite>& writes,
                                             const ObjectActor& actor,
                                             std::int64_t now_s) {
  std::vector<Planned> plans;
  plans.reserve(writes.size());
  for (std::size_t at = 0; at < writes.size(); ++at) {
    std::optional<Stored> stored;
    bool changed_before = false;
    std::size_t earlier = at;
    while (earlier > 0 && !same_key(writes[earlier - 1].key, writes[at].key)) --earlier;
    if (earlier > 0) {
      Planned& former = plans[earlier - 1];
      stored = former.after;
      changed_before = former.changes;
      former.superseded = true;
    } else {
      stored = find_stored(db, writes[at].key);
    }
    auto planned = plan(writes[at], stored, actor, now_s);
    if (!planned) return planned.error();
    planned->changes = planned->changes || changed_before;
    plans.push_back(*std::move(planned));
  }

  std::vector<ObjectAck> acks;
  acks.reserve(writes.size());
  for (std::size_t at = 0; at < writes.size(); ++at) {
    const Planned& planned = plans[at];
    if (planned.changes && !planned.superseded) carry_out(db, writes[at], planned.after);
    acks.push_back(
        {writes[at].key, planned.after.version, planned.after.create_s, planned.after.update_s});
  }
  return acks;
}

void insert_object(Db& db, const StorageObject& object) {
  const ObjectWrite write{
      object.key, object.value, "", object.permission_read, object.permission_write};
  carry_out(db,
            write,
            {0,
             object.version,
             object.permission_read,
             object.permission_write,
             object.create_s,
             object.update_s});
}

Result<> delete_objects(Db& db,
                        const std::vector<ObjectDelete>& deletes,
                        const ObjectActor& actor) {
  std::vector<std::int64_t> ids;
  for (const ObjectDelete& wanted : deletes) {
    const auto stored = find_stored(db, wanted.key);
    const bool good = stored && may_write(actor, wanted.key, stored) &&
                      (wanted.version.empty() || wanted.version == stored->version) &&
                      std::find(ids.begin(), ids.end(), stored->id) == ids.end();
    if (!good) {
      return Error{
          Errc::invalid_argument,
          "Storage delete rejected - not found, version check failed, or permission denied."};
    }
    ids.push_back(stored->id);
  }
  for (const std::int64_t id : ids) Query(db, "DELETE FROM objects WHERE id = ?", id).run();
  return success();
}

Result<ObjectPage> list_objects(Db& db, const ObjectQuery& query, const ObjectActor& actor) {
  const auto after = parse_object_place(query.cursor);
  if (!after) return Error{Errc::invalid_argument, "Malformed cursor was used."};
  if (query.owner) {
    const bool own = *query.owner == actor.user_id && !actor.user_id.is_nil();
    if (!own && !actor.server) return list_public(db, query, *query.owner, *after);
    // No key is empty, so an empty `after` is before the first key.
    Query rows(db,
               "SELECT user_id, collection, key, value, version, permission_read, "
               "permission_write, create_s, update_s FROM objects WHERE user_id = ? AND "
               "collection = ? AND key > ? ORDER BY key",
               *query.owner,
               query.collection,
               after->key);
    return take_page(rows, query.limit, actor.server ? 0 : kReadOwner);
  }
  if (!actor.server) return list_everybodys(db, query, *after);
  Query rows(db,
             "SELECT user_id, collection, key, value, version, permission_read, "
             "permission_write, create_s, update_s FROM objects WHERE collection = ? AND "
             "(user_id, key) > (?, ?) ORDER BY user_id, key",
             query.collection,
             after->user_id,
             after->key);
  return take_page(rows, query.limit, 0);
}

}  // namespace serai::storage
