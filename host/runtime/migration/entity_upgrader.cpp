#include "runtime/migration/entity_upgrader.hpp"

#include <algorithm>
#include <utility>

#include "runtime/log_fields.hpp"
#include "runtime/shard_parts.hpp"

namespace serai::runtime {

Result<> EntityUpgrader::make_readable(const KindRoute& route, StoredEntity& stored) const {
  const abi::KindContract& wanted = route.generation->kind(route.kind_index);
  if (wanted.reads(stored.schema)) return success();
  for (LoadedGeneration* reader : readers_) {
    const int index = reader->kind_index(stored.id.kind);
    if (index < 0 || !reader->kind(index).reads(stored.schema)) continue;
    for (const std::uint32_t schema : reader->kind(index).writes) {
      if (wanted.reads(schema)) return read_through(*reader, schema, stored);
    }
  }
  return success();  // the import will report the error
}

Result<> EntityUpgrader::read_through(LoadedGeneration& reader,
                                      std::uint32_t schema,
                                      StoredEntity& stored) const {
  const int kind = reader.kind_index(stored.id.kind);
  auto state = parts_.states.import_state(reader, kind, stored.id, stored.schema, stored.state);
  if (!state) return state.error();
  Entity visitor;
  visitor.id = stored.id;
  visitor.generation = &reader;
  visitor.kind_index = kind;
  visitor.state = *state;
  Result<std::string> bytes = parts_.states.export_state(visitor, schema, SERAI_FOR_SWAP);
  parts_.states.give_back(reader.generation(), kind, visitor.state);
  if (!bytes) return bytes.error();
  stored.schema = schema;
  stored.state = *std::move(bytes);
  return success();
}

void EntityUpgrader::rewrite(StoredEntity stored, StoredCheck& found) {
  const KindRoute* route = services_.directory->kind(stored.id.kind);
  if (route == nullptr || route->generation->kind(route->kind_index).reads(stored.schema)) return;
  if (Entity* entity = parts_.table.find(stored.id)) {
    if (entity->phase() == Entity::Phase::ready) {
      entity->writes.staged_hash = 0;
      parts_.write_behind.stage_entity(*entity);
    }
    ++found.pending;  // a busy entity is staged at the next check
    return;
  }
  const std::uint32_t schema = stored.schema;
  if (const Result<> readable = make_readable(*route, stored); !readable) {
    services_.log.write(LogLevel::error,
                        "entity.unreadable",
                        LogContext(route->generation,
                                   stored.id,
                                   {{"schema", schema}, {"error", readable.error().detail}}));
    if (!found.stuck) found.stuck = readable.error();
    return;
  }
  if (stored.schema == schema) return;  // no reader can translate it
  Writes writes;
  writes.entities.push_back(std::move(stored));
  const UnitId unit = services_.env.store.next_unit();
  services_.env.store.stage(unit, std::move(writes), services_.shard, [](const Result<>&) {});
  services_.env.store.finish(unit);
  ++found.pending;
}

// Entities in memory are moved by the switch, so skip them. A stored entity that even its own
// version cannot read is lost already, so it must not block the switch.
void EntityUpgrader::try_to_read(const Directory& target, StoredEntity stored, StoredCheck& found) {
  const KindRoute* route = target.kind(stored.id.kind);
  if (route == nullptr || found.stuck || parts_.table.find(stored.id) != nullptr) return;
  const Result<> readable = make_readable(*route, stored);
  if (!readable && readable.error().code != Errc::data_loss) found.stuck = readable.error();
}

void EntityUpgrader::rewrite_unreadable(const std::vector<EntityId>& ids, RecordsDone done) {
  check_all(
      ids,
      [this](StoredEntity stored, StoredCheck& found) { rewrite(std::move(stored), found); },
      std::move(done));
}

void EntityUpgrader::try_unreadable(const std::vector<EntityId>& ids,
                                    const Directory& target,
                                    RecordsDone done) {
  check_all(
      ids,
      [this, &target](StoredEntity stored, StoredCheck& found) {
        try_to_read(target, std::move(stored), found);
      },
      std::move(done));
}

void EntityUpgrader::check_all(const std::vector<EntityId>& ids,
                               std::function<void(StoredEntity, StoredCheck&)> each,
                               RecordsDone done) {
  if (ids.empty()) return done({});
  struct PendingCheck {
    std::size_t left;
    StoredCheck found;
    std::function<void(StoredEntity, StoredCheck&)> each;
    RecordsDone done;
  };
  auto check = std::make_shared<PendingCheck>();  // owned by the callbacks of the loads
  check->left = ids.size();
  check->each = std::move(each);
  check->done = std::move(done);
  for (const EntityId& id : ids) {
    services_.env.store.load(
        id, services_.shard, [check](Result<std::optional<StoredEntity>> stored) {
          if (!stored) {
            ++check->found.pending;  // the disk has failed
          } else if (stored->has_value()) {
            check->each(**std::move(stored), check->found);
          }
          if (--check->left == 0) check->done(std::move(check->found));
        });
  }
}

}  // namespace serai::runtime
