// Records that the serving generations cannot read: translated by one that can, while it is there.
#include <algorithm>

#include "runtime/log_fields.hpp"
#include "runtime/shard_runtime.hpp"

namespace serai {

// Does nothing to a record the live generation reads.
Result<> ShardRuntime::make_readable(const KindRoute& route, EntityRecord& record) const {
  const KindContract& wanted = route.generation->kind(route.kind_index);
  if (wanted.reads(record.schema)) return success();
  for (LoadedGeneration* reader : readers_) {
    const int index = reader->kind_index(record.id.kind);
    if (index < 0 || !reader->kind(index).reads(record.schema)) continue;
    for (const std::uint32_t schema : reader->kind(index).writes) {
      if (wanted.reads(schema)) return read_through(*reader, schema, record);
    }
  }
  return success();  // the import says what is wrong
}

Result<> ShardRuntime::read_through(LoadedGeneration& reader,
                                    std::uint32_t schema,
                                    EntityRecord& record) const {
  const int kind = reader.kind_index(record.id.kind);
  auto state = import_state(reader, kind, record.id, record.schema, record.state);
  if (!state) return state.error();
  Entity visitor;
  visitor.id = record.id;
  visitor.generation = &reader;
  visitor.kind_index = kind;
  visitor.state = *state;
  Result<std::string> bytes = export_state(visitor, schema, SERAI_FOR_SWAP);
  give_back(reader.generation(), kind, visitor.state);
  if (!bytes) return bytes.error();
  record.schema = schema;
  record.state = *std::move(bytes);
  return success();
}

// True when the record was not readable as it stood.
bool ShardRuntime::rewrite(EntityRecord record) {
  const KindRoute* route = directory_->kind(record.id.kind);
  if (route == nullptr || route->generation->kind(route->kind_index).reads(record.schema)) {
    return false;
  }
  if (Entity* entity = find(record.id)) {
    if (entity->phase == Entity::Phase::ready) {
      entity->staged_hash = 0;
      stage_entity(*entity);
    }
    return true;  // others are looked at again when their handler has ended
  }
  if (const Result<> readable = make_readable(*route, record); !readable) {
    log_.write(LogLevel::error,
               "entity.unreadable",
               about(route->generation,
                     {{"kind", record.id.kind},
                      {"key", record.id.key},
                      {"schema", record.schema},
                      {"error", readable.error().detail}}));
    return true;
  }
  Writes writes;
  writes.entities.push_back(std::move(record));
  const UnitId unit = env_.store.next_unit();
  env_.store.stage(unit, std::move(writes), shard_, [](const Result<>&) {});
  env_.store.finish(unit);
  return true;
}

void ShardRuntime::rewrite_unreadable(std::vector<EntityId> ids,
                                      std::function<void(std::uint64_t)> done) {
  if (ids.empty()) return done(0);
  struct Count {
    std::size_t left;
    std::uint64_t found = 0;
    std::function<void(std::uint64_t)> done;
  };
  auto count = std::make_shared<Count>();  // owners: the loads under way
  count->left = ids.size();
  count->done = std::move(done);
  for (const EntityId& id : ids) {
    env_.store.load(id, shard_, [this, count](Result<std::optional<EntityRecord>> record) {
      if (!record) {
        ++count->found;  // the disk's trouble: looked at again
      } else if (record->has_value() && rewrite(**std::move(record))) {
        ++count->found;
      }
      if (--count->left == 0) count->done(count->found);
    });
  }
}

}  // namespace serai
