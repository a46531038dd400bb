#include "protocol/rest_storage.hpp"

#include <algorithm>

#include "protocol/validate.hpp"
#include "protocol/wire.hpp"

namespace serai::protocol::rest {
namespace {

// The largest number of objects in one request. The store handles a request in one piece, while
// other requests wait.
constexpr int kObjectsMax = 1000;

// The bytes that are reserved for each object of a read or a page before its real size is known.
// With these numbers about sixteen large requests are admitted at once
// (RestApiOptions::answer_bytes), and further ones are refused before they are made.
constexpr std::size_t kObjectBytes = std::size_t{64} * 1024;
constexpr std::size_t kReservedBytesMax = 1 << 20;

Result<> reserve_objects(RestCall& call, std::size_t objects) {
  return call.reserve_answer(std::min(objects * kObjectBytes, kReservedBytesMax));
}

ObjectActor actor_of(const RestCall& call) { return {call.caller().user_id, false}; }

Result<> check_count(int objects) {
  if (objects <= kObjectsMax) return success();
  return {Errc::invalid_argument,
          "Too many objects - a request names at most " + std::to_string(kObjectsMax) + ", not " +
              std::to_string(objects)};
}

template <class Wire>
Result<ObjectKey> make_key(const Wire& wire, const Uuid& owner) {
  auto named = check_object_name("collection", wire.collection());
  if (named) named = check_object_name("key", wire.key());
  if (!named) return named.error();
  return ObjectKey{wire.collection(), wire.key(), owner};
}

// A request without an owner means an object of the server.
Result<ObjectKey> make_read(const api::ReadStorageObjectId& wire) {
  if (wire.user_id().empty()) return make_key(wire, Uuid{});
  const auto owner = parse_id(wire.user_id(), "user ID");
  if (!owner) return owner.error();
  return make_key(wire, *owner);
}

Result<std::int32_t> make_permission(bool given, std::int32_t value, std::int32_t most) {
  if (!given) return 1;
  if (value >= 0 && value <= most) return value;
  return {Errc::invalid_argument, "Invalid permission, must be 0-" + std::to_string(most)};
}

Result<ObjectWrite> make_write(const api::WriteStorageObject& wire, const Uuid& owner) {
  auto key = make_key(wire, owner);
  if (!key) return key.error();
  const auto read = make_permission(wire.has_permission_read(), wire.permission_read().value(), 2);
  if (!read) return read.error();
  const auto write =
      make_permission(wire.has_permission_write(), wire.permission_write().value(), 1);
  if (!write) return write.error();
  if (!is_json_object(wire.value())) {
    return {Errc::invalid_argument, "Invalid value, must be a JSON object"};
  }
  return ObjectWrite{std::move(*key), wire.value(), wire.version(), *read, *write};
}

}  // namespace

void read_objects(RestCallPtr call, const api::ReadStorageObjectsRequest& request) {
  const auto counted = check_count(request.object_ids_size());
  if (!counted) return call->fail(counted.error());
  std::vector<ObjectKey> keys;
  for (const auto& wire : request.object_ids()) {
    auto key = make_read(wire);
    if (!key) return call->fail(key.error());
    keys.push_back(std::move(*key));
  }
  if (keys.empty()) return call->reply_empty();
  if (auto reserved = reserve_objects(*call, keys.size()); !reserved) {
    return call->fail(reserved.error());
  }
  RestApiPorts& ports = call->ports();
  const ObjectActor actor = actor_of(*call);
  ports.objects.read_objects(
      std::move(keys),
      actor,
      ports.where,
      answer_to<std::vector<StorageObject>>(
          std::move(call), [](RestCall& done, const std::vector<StorageObject>& objects) {
            api::StorageObjects out;
            for (const StorageObject& object : objects) to_wire(object, *out.add_objects());
            done.reply(out);
          }));
}

void write_objects(RestCallPtr call, const api::WriteStorageObjectsRequest& request) {
  const auto counted = check_count(request.objects_size());
  if (!counted) return call->fail(counted.error());
  std::vector<ObjectWrite> writes;
  for (const auto& wire : request.objects()) {
    auto write = make_write(wire, call->caller().user_id);
    if (!write) return call->fail(write.error());
    writes.push_back(std::move(*write));
  }
  if (writes.empty()) return call->reply_empty();
  RestApiPorts& ports = call->ports();
  const ObjectActor actor = actor_of(*call);
  const std::int64_t now_s = call->now_s();
  ports.objects.write_objects(
      std::move(writes),
      actor,
      now_s,
      ports.where,
      answer_to<std::vector<ObjectAck>>(std::move(call),
                                        [](RestCall& done, const std::vector<ObjectAck>& acks) {
                                          api::StorageObjectAcks out;
                                          for (const ObjectAck& ack : acks) {
                                            to_wire(ack, *out.add_acks());
                                          }
                                          done.reply(out);
                                        }));
}

void delete_objects(RestCallPtr call, const api::DeleteStorageObjectsRequest& request) {
  const auto counted = check_count(request.object_ids_size());
  if (!counted) return call->fail(counted.error());
  std::vector<ObjectDelete> deletes;
  for (const auto& wire : request.object_ids()) {
    auto key = make_key(wire, call->caller().user_id);
    if (!key) return call->fail(key.error());
    deletes.push_back({std::move(*key), wire.version()});
  }
  if (deletes.empty()) return call->reply_empty();
  RestApiPorts& ports = call->ports();
  const ObjectActor actor = actor_of(*call);
  ports.objects.delete_objects(
      std::move(deletes), actor, ports.where, empty_answer(std::move(call)));
}

void list_objects(RestCallPtr call, const api::ListStorageObjectsRequest& request) {
  ObjectQuery query;
  query.collection = request.collection();
  query.cursor = request.cursor();
  const auto limit = check_limit(request.has_limit(), request.limit(), {100, 1});
  if (!limit) return call->fail(limit.error());
  query.limit = *limit;
  if (!request.user_id().empty()) {
    const auto owner = parse_id(request.user_id(), "user ID");
    if (!owner) return call->fail(owner.error());
    query.owner = *owner;
  }
  if (auto reserved = reserve_objects(*call, query.limit); !reserved) {
    return call->fail(reserved.error());
  }
  RestApiPorts& ports = call->ports();
  const ObjectActor actor = actor_of(*call);
  ports.objects.list_objects(
      std::move(query),
      actor,
      ports.where,
      answer_to<ObjectPage>(std::move(call), [](RestCall& done, const ObjectPage& page) {
        api::StorageObjectList out;
        for (const StorageObject& object : page.objects) to_wire(object, *out.add_objects());
        out.set_cursor(page.cursor);
        done.reply(out);
      }));
}

}  // namespace serai::protocol::rest
