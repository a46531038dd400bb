#include "runtime/entity/entity_states.hpp"

#include <algorithm>
#include <utility>

#include "abi/module_states.hpp"
#include "runtime/log_fields.hpp"
#include "runtime/shard_parts.hpp"

namespace serai::runtime {
namespace {

// The module's reason, or its status when it gave none.
std::string reason_of(const Error& error) {
  return error.detail.empty() ? "status " + std::to_string(static_cast<int>(error.code))
                              : error.detail;
}

// "counter/ann: export in schema 2 by counter 1.0.0"
std::string attempt(const EntityId& id,
                    const std::string& action,
                    std::uint32_t schema,
                    const abi::Generation& generation) {
  return id.kind + "/" + id.key + ": " + action + " schema " + std::to_string(schema) + " by " +
         generation.contract.name + " " + generation.contract.version;
}

}  // namespace

bool EntityStates::create_state(Entity& entity, const KindRoute& route) {
  const abi::Generation& generation = route.generation->generation();
  static const std::string kCreating = "entity_create";
  const Watched watched(services_.watch, kCreating, generation.id, services_.env, &entity.id);
  const auto state = abi::ModuleStates(generation).create(route.kind_index, entity.id.key);
  if (!state) {
    const Error& why = state.error();
    services_.log.write(
        LogLevel::error,
        "entity.not_created",
        LogContext(route.generation, entity.id, {{"status", why.code}, {"error", why.detail}}));
    return false;
  }
  adopt(entity, route, *state);
  entity.snapshot = Snapshot{true, 0, {}, entity.host.generator};
  return true;
}

Result<std::string> EntityStates::export_state(const Entity& entity,
                                               std::uint32_t schema,
                                               std::uint32_t purpose) const {
  const abi::Generation& generation = entity.generation->generation();
  static const std::string kExporting = "entity_export";
  const Watched watched(services_.watch, kExporting, generation.id, services_.env, &entity.id);
  auto bytes =
      abi::ModuleStates(generation).write(entity.kind_index, entity.state, schema, purpose);
  if (bytes) return bytes;
  return Error{
      Errc::internal,
      attempt(entity.id, "export in", schema, generation) + " failed: " + reason_of(bytes.error()),
      ErrorKind::export_failed};
}

Result<serai_entity*> EntityStates::import_state(LoadedGeneration& loaded,
                                                 int kind_index,
                                                 const EntityId& id,
                                                 std::uint32_t schema,
                                                 std::string_view bytes) const {
  const abi::Generation& generation = loaded.generation();
  static const std::string kImporting = "entity_import";
  const Watched watched(services_.watch, kImporting, generation.id, services_.env, &id);
  auto state = abi::ModuleStates(generation).import(kind_index, id.key, schema, bytes);
  if (state) return state;
  return Error{
      Errc::data_loss,
      attempt(id, "import of", schema, generation) + " refused: " + reason_of(state.error())};
}

void EntityStates::give_back(const abi::Generation& generation,
                             int kind,
                             serai_entity* state) const {
  static const std::string kDestroying = "entity_destroy";
  const Watched watched(services_.watch, kDestroying, generation.id, services_.env);
  abi::ModuleStates(generation).destroy(kind, state);
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

}  // namespace serai::runtime
