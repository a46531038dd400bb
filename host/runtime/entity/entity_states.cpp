#include "runtime/entity/entity_states.hpp"

#include <algorithm>
#include <utility>

#include "abi/module_calls.hpp"
#include "abi/sink.hpp"
#include "runtime/log_fields.hpp"
#include "runtime/shard_parts.hpp"

namespace serai {
namespace {

std::string kind_and_key(const EntityId& id) { return id.kind + "/" + id.key; }

}  // namespace

bool EntityStates::create_state(Entity& entity, const KindRoute& route) {
  const Generation& generation = route.generation->generation();
  serai_entity* state = nullptr;
  const EntityId& id = entity.id;
  const serai_str key{id.key.data(), id.key.size()};
  std::string why;
  static const std::string kCreating = "entity_create";
  const Watched watched(services_.watch, kCreating, generation.id, services_.env, &id);
  const serai_status status = guarded(generation, why, [&] {
    return generation.entry->entity_create(
        generation.instance, static_cast<std::uint32_t>(route.kind_index), key, &state);
  });
  if (status != SERAI_OK || state == nullptr) {
    services_.log.write(LogLevel::error,
                        "entity.not_created",
                        About(route.generation, id, {{"status", status}, {"error", why}}));
    return false;
  }
  adopt(entity, route, state);
  entity.snapshot = Snapshot{true, 0, {}, entity.host.generator};
  return true;
}

Result<std::string> EntityStates::export_state(const Entity& entity,
                                               std::uint32_t schema,
                                               std::uint32_t purpose) const {
  const Generation& generation = entity.generation->generation();
  serai_export request{};
  request.struct_size = sizeof(request);
  request.schema = schema;
  request.purpose = purpose;
  std::string bytes;
  std::string why;
  static const std::string kExporting = "entity_export";
  const Watched watched(services_.watch, kExporting, generation.id, services_.env, &entity.id);
  LentSink sink(bytes);
  const serai_status status = guarded(generation, why, [&] {
    return generation.entry->entity_export(generation.instance,
                                           static_cast<std::uint32_t>(entity.kind_index),
                                           entity.state,
                                           &request,
                                           sink.get());
  });
  if (status == SERAI_OK) return bytes;
  return Error{Errc::internal,
               kind_and_key(entity.id) + ": export in schema " + std::to_string(schema) + " by " +
                   generation.contract.name + " " + generation.contract.version +
                   " failed: " + (why.empty() ? "status " + std::to_string(status) : why),
               ErrorKind::export_failed};
}

Result<serai_entity*> EntityStates::import_state(LoadedGeneration& loaded,
                                                 int kind_index,
                                                 const EntityId& id,
                                                 std::uint32_t schema,
                                                 std::string_view bytes) const {
  const Generation& generation = loaded.generation();
  serai_state state{};
  state.struct_size = sizeof(state);
  state.schema = schema;
  state.key = {id.key.data(), id.key.size()};
  state.bytes = {bytes.data(), bytes.size()};
  serai_entity* out = nullptr;
  std::string why;
  std::string thrown;
  static const std::string kImporting = "entity_import";
  const Watched watched(services_.watch, kImporting, generation.id, services_.env, &id);
  LentSink reason(why);
  const serai_status status = guarded(generation, thrown, [&] {
    return generation.entry->entity_import(
        generation.instance, static_cast<std::uint32_t>(kind_index), &state, &out, reason.get());
  });
  if (!thrown.empty()) why = std::move(thrown);
  if (status == SERAI_OK && out != nullptr) return out;
  return Error{Errc::data_loss,
               kind_and_key(id) + ": import of schema " + std::to_string(schema) + " by " +
                   generation.contract.name + " " + generation.contract.version +
                   " refused: " + (why.empty() ? "status " + std::to_string(status) : why)};
}

void EntityStates::give_back(const Generation& generation, int kind, serai_entity* state) const {
  static const std::string kDestroying = "entity_destroy";
  const Watched watched(services_.watch, kDestroying, generation.id, services_.env);
  log_what_throws(generation, kDestroying, [&] {
    generation.entry->entity_destroy(generation.instance, static_cast<std::uint32_t>(kind), state);
  });
}

void EntityStates::destroy_state(Entity& entity) {
  if (entity.run != nullptr) {
    parts_.waits.drop_waits(*entity.run);
    parts_.runner.recycle(std::move(entity.run));
  }
  if (entity.state == nullptr) return;
  give_back(entity.generation->generation(), entity.kind_index, entity.state);
  entity.state = nullptr;
  --entity.generation->figures(services_.shard.index()).entities;
  parts_.retirement.note_dropped();
}

void EntityStates::adopt(Entity& entity, const KindRoute& route, serai_entity* state) {
  entity.generation = route.generation;
  entity.kind_index = route.kind_index;
  entity.state = state;
  ++route.generation->figures(services_.shard.index()).entities;
  if (services_.env.options.record_inputs && entity.kind().match && entity.recorder == nullptr) {
    entity.recorder = std::make_unique<Recorder>();
  }
}

}  // namespace serai
