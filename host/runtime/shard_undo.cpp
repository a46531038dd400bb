// Putting an entity back to what it was before a handler that failed.
#include "runtime/about.hpp"
#include "runtime/border.hpp"
#include "runtime/shard_runtime.hpp"
#include "runtime/sink.hpp"

namespace serai {
namespace {

std::string kind_and_key(const EntityId& id) { return id.kind + "/" + id.key; }

std::string outcome_text(serai_status status, const std::string& error_text) {
  if (status == SERAI_PENDING) return "waits";
  const std::string why = error_text.empty() ? "" : " (" + error_text + ")";
  return "ends with status " + std::to_string(status) + why;
}

}  // namespace

Result<std::string> ShardRuntime::export_state(const Entity& entity,
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
  const Watched watched(watch_, kExporting, generation.id, env_, &entity.id);
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
                   " failed: " + (why.empty() ? "status " + std::to_string(status) : why)};
}

Result<serai_entity*> ShardRuntime::import_state(LoadedGeneration& loaded,
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
  const Watched watched(watch_, kImporting, generation.id, env_, &id);
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

void ShardRuntime::give_back(const Generation& generation, int kind, serai_entity* state) const {
  static const std::string kDestroying = "entity_destroy";
  const Watched watched(watch_, kDestroying, generation.id, env_);
  log_what_throws(generation, kDestroying, [&] {
    generation.entry->entity_destroy(generation.instance, static_cast<std::uint32_t>(kind), state);
  });
}

void ShardRuntime::destroy_state(Entity& entity) {
  if (entity.run != nullptr) {
    drop_waits(*entity.run);
    recycle(std::move(entity.run));
  }
  if (entity.state == nullptr) return;
  give_back(entity.generation->generation(), entity.kind_index, entity.state);
  entity.state = nullptr;
  --entity.generation->figures(shard_.index()).entities;
}

void ShardRuntime::record(const Entity& entity, const Run& run) {
  if (entity.recorder == nullptr) return;
  if (run.unrepeatable) {
    entity.recorder->miss();
  } else {
    entity.recorder->append(run.input, run.config_reads, run.now_ms, run.message.tick);
  }
}

// Makes a successful run part of what restore() would give back. Refused when the module cannot
// export what the run has made of the state, so that it could neither be written nor put back, and
// when that is larger than a state may be.
serai_status ShardRuntime::remember(Entity& entity, Run& run, bool durable) {
  if (run.effects.close) return SERAI_OK;  // nothing of it is kept
  const bool is_large = entity.snapshot.bytes.size() > env_.options.limits.state_bytes;
  if (!durable && !run.unrepeatable && !entity.log.full() && !is_large) {
    entity.log.append(run.input, run.config_reads, run.now_ms, run.message.tick);
    return SERAI_OK;
  }
  Result<std::string> bytes = checkpoint(entity);
  if (!bytes) {
    run.error_text =
        run.handler().name +
        " is undone, since the state it left cannot be written: " + bytes.error().detail;
  }
  const serai_status kept = bytes ? check_state(entity, run, bytes->size()) : SERAI_INTERNAL;
  if (kept == SERAI_OK) {
    set_snapshot(entity, entity.kind().schema, *std::move(bytes));
  } else if (entity.recorder != nullptr) {
    entity.recorder->miss();  // the run is undone
  }
  return kept;
}

Result<std::string> ShardRuntime::checkpoint(const Entity& entity) {
  Result<std::string> bytes = export_state(entity, entity.kind().schema, SERAI_FOR_CHECKPOINT);
  if (!bytes) {
    log_.write(
        LogLevel::error, "entity.export_failed", About(entity, {{"error", bytes.error().detail}}));
  }
  return bytes;
}

bool ShardRuntime::take_snapshot(Entity& entity) {
  Result<std::string> bytes = checkpoint(entity);
  if (!bytes) return false;
  set_snapshot(entity, entity.kind().schema, *std::move(bytes));
  return true;
}

void ShardRuntime::set_snapshot(Entity& entity, std::uint32_t schema, std::string bytes) {
  entity.snapshot = Snapshot{false, schema, std::move(bytes), entity.host.generator};
  entity.log.clear();
  if (entity.recorder != nullptr) entity.recorder->at(entity.snapshot);
}

Result<> ShardRuntime::restore(Entity& entity) {
  const KindRoute route{nullptr, entity.generation, entity.kind_index};
  const Snapshot& snapshot = entity.snapshot;
  if (snapshot.created) {
    destroy_state(entity);
    const Generator generator = snapshot.generator;
    if (!create_state(entity, route))
      return Error{Errc::internal,
                   kind_and_key(entity.id) +
                       ": entity_create failed, although it had made this entity before"};
    entity.host.generator = generator;
    entity.snapshot.generator = generator;
  } else {
    auto state = import_state(
        *entity.generation, entity.kind_index, entity.id, snapshot.schema, snapshot.bytes);
    if (!state) return state.error();
    destroy_state(entity);
    adopt(entity, route, *state);
    entity.host.generator = snapshot.generator;
  }
  if (entity.log.empty()) return success();
  if (auto replayed = replay(entity); !replayed) return replayed;
  take_snapshot(entity);  // so that the next failure costs an import and no replay
  return success();
}

Result<> ShardRuntime::replay(Entity& entity) {
  for (std::size_t i = 0; i < entity.log.size(); ++i) {
    const InputLog::Record record = entity.log.at(i);
    Input input;
    input.trigger = record.trigger;
    input.handler = record.handler;
    input.timer = record.timer;
    input.op_code = record.op_code;
    input.payload = record.payload;
    input.user_id = record.user_id;
    input.username = record.username;
    input.session_id = record.session_id;
    input.caller = EntityId{std::string(record.caller_kind), std::string(record.caller_key)};
    const int handler = resolve(entity, input);
    if (handler < 0) return Error{Errc::internal, "a replayed message has no handler any more"};
    RunPtr run = take_run(*entity.generation, handler, std::move(input));
    run->entity = &entity;
    run->generator = &entity.host.generator;
    run->replaying = true;
    run->config_reads.assign(record.config.begin(), record.config.end());
    fill_message(*run);
    run->now_ms = record.now_ms;
    run->message.now_ms = record.now_ms;
    run->message.tick = record.tick;
    const serai_status status = enter(*run);
    const std::string outcome = run->handler().name + " " + outcome_text(status, run->error_text);
    if (status == SERAI_PENDING) drop_waits(*run);
    recycle(std::move(run));
    if (status != SERAI_OK) {
      return Error{Errc::internal,
                   "the module is not deterministic: replayed as message " + std::to_string(i + 1) +
                       " of " + std::to_string(entity.log.size()) + ", " + outcome +
                       ", where it had succeeded without a wait"};
    }
  }
  return success();
}

}  // namespace serai
