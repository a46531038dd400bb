#include "runtime/migration/record_upgrader.hpp"

#include <algorithm>
#include <utility>

#include "runtime/log_fields.hpp"
#include "runtime/shard_parts.hpp"

namespace serai::runtime {

Result<> RecordUpgrader::make_readable(const KindRoute& route, EntityRecord& record) const {
  const abi::KindContract& wanted = route.generation->kind(route.kind_index);
  if (wanted.reads(record.schema)) return success();
  for (LoadedGeneration* reader : readers_) {
    const int index = reader->kind_index(record.id.kind);
    if (index < 0 || !reader->kind(index).reads(record.schema)) continue;
    for (const std::uint32_t schema : reader->kind(index).writes) {
      if (wanted.reads(schema)) return read_through(*reader, schema, record);
    }
  }
  return success();  // the import will report the error
}

Result<> RecordUpgrader::read_through(LoadedGeneration& reader,
                                      std::uint32_t schema,
                                      EntityRecord& record) const {
  const int kind = reader.kind_index(record.id.kind);
  auto state = parts_.states.import_state(reader, kind, record.id, record.schema, record.state);
  if (!state) return state.error();
  Entity visitor;
  visitor.id = record.id;
  visitor.generation = &reader;
  visitor.kind_index = kind;
  visitor.state = *state;
  Result<std::string> bytes = parts_.states.export_state(visitor, schema, SERAI_FOR_SWAP);
  parts_.states.give_back(reader.generation(), kind, visitor.state);
  if (!bytes) return bytes.error();
  record.schema = schema;
  record.state = *std::move(bytes);
  return success();
}

void RecordUpgrader::rewrite(EntityRecord record, RecordsCheck& records) {
  const KindRoute* route = services_.directory->kind(record.id.kind);
  if (route == nullptr || route->generation->kind(route->kind_index).reads(record.schema)) return;
  if (Entity* entity = parts_.table.find(record.id)) {
    if (entity->phase() == Entity::Phase::ready) {
      entity->writes.staged_hash = 0;
      parts_.write_behind.stage_entity(*entity);
    }
    ++records.pending;  // a busy entity is staged at the next check
    return;
  }
  const std::uint32_t schema = record.schema;
  if (const Result<> readable = make_readable(*route, record); !readable) {
    services_.log.write(LogLevel::error,
                        "entity.unreadable",
                        About(route->generation,
                              record.id,
                              {{"schema", schema}, {"error", readable.error().detail}}));
    if (!records.stuck) records.stuck = readable.error();
    return;
  }
  if (record.schema == schema) return;  // no reader can translate it
  Writes writes;
  writes.entities.push_back(std::move(record));
  const UnitId unit = services_.env.store.next_unit();
  services_.env.store.stage(unit, std::move(writes), services_.shard, [](const Result<>&) {});
  services_.env.store.finish(unit);
  ++records.pending;
}

// Entities in memory are moved by the switch, so skip them. A stored entity that even its own
// version cannot read is lost already, so it must not block the switch.
void RecordUpgrader::try_to_read(const Directory& target,
                                 EntityRecord record,
                                 RecordsCheck& records) {
  const KindRoute* route = target.kind(record.id.kind);
  if (route == nullptr || records.stuck || parts_.table.find(record.id) != nullptr) return;
  const Result<> readable = make_readable(*route, record);
  if (!readable && readable.error().code != Errc::data_loss) records.stuck = readable.error();
}

void RecordUpgrader::rewrite_unreadable(const std::vector<EntityId>& ids, RecordsDone done) {
  check_all(
      ids,
      [this](EntityRecord record, RecordsCheck& records) { rewrite(std::move(record), records); },
      std::move(done));
}

void RecordUpgrader::try_unreadable(const std::vector<EntityId>& ids,
                                    const Directory& target,
                                    RecordsDone done) {
  check_all(
      ids,
      [this, &target](EntityRecord record, RecordsCheck& records) {
        try_to_read(target, std::move(record), records);
      },
      std::move(done));
}

void RecordUpgrader::check_all(const std::vector<EntityId>& ids,
                               std::function<void(EntityRecord, RecordsCheck&)> each,
                               RecordsDone done) {
  if (ids.empty()) return done({});
  struct PendingCheck {
    std::size_t left;
    RecordsCheck records;
    std::function<void(EntityRecord, RecordsCheck&)> each;
    RecordsDone done;
  };
  auto check = std::make_shared<PendingCheck>();  // owned by the callbacks of the loads
  check->left = ids.size();
  check->each = std::move(each);
  check->done = std::move(done);
  for (const EntityId& id : ids) {
    services_.env.store.load(
        id, services_.shard, [check](Result<std::optional<EntityRecord>> record) {
          if (!record) {
            ++check->records.pending;  // the disk has failed
          } else if (record->has_value()) {
            check->each(**std::move(record), check->records);
          }
          if (--check->left == 0) check->done(std::move(check->records));
        });
  }
}

}  // namespace serai::runtime
