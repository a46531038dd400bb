#include "runtime/undo/undo.hpp"

#include <algorithm>
#include <utility>

#include "runtime/log_fields.hpp"
#include "runtime/shard_parts.hpp"

namespace serai::runtime {
namespace {

std::string kind_and_key(const EntityId& id) { return id.kind + "/" + id.key; }

std::string outcome_text(serai_status status, const std::string& error_text) {
  if (status == SERAI_PENDING) return "waits";
  const std::string why = error_text.empty() ? "" : " (" + error_text + ")";
  return "ends with status " + std::to_string(status) + why;
}

}  // namespace

void Undo::record(const Entity& entity, const Run& run) {
  if (entity.recorder == nullptr) return;
  if (run.unrepeatable) {
    entity.recorder->miss();
  } else {
    entity.recorder->append(run.input, run.config_reads, run.now_ms, run.message.tick);
  }
}

// A durable run needs a snapshot for its write. A run that cannot be repeated cannot be replayed
// from the log. A state that is over its limit is exported after every run, because it must
// not grow.
serai_status Undo::remember(Entity& entity, Run& run, bool durable) {
  if (run.effects.close) return SERAI_OK;  // the entity ends, so its state is not needed any more
  const bool is_large = entity.snapshot.bytes.size() > services_.env.options.limits.state_bytes;
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
  const serai_status status =
      bytes ? parts_.bounds.check_state(entity, run, bytes->size()) : SERAI_INTERNAL;
  if (status == SERAI_OK) {
    set_snapshot(entity, entity.kind().schema, *std::move(bytes));
  } else if (entity.recorder != nullptr) {
    entity.recorder->miss();  // record() has added the run, and it is undone now
  }
  return status;
}

Result<std::string> Undo::checkpoint(const Entity& entity) {
  Result<std::string> bytes =
      parts_.states.export_state(entity, entity.kind().schema, SERAI_FOR_CHECKPOINT);
  if (!bytes) {
    services_.log.write(LogLevel::error,
                        "entity.export_failed",
                        LogContext(entity, {{"error", bytes.error().detail}}));
  }
  return bytes;
}

bool Undo::take_snapshot(Entity& entity) {
  Result<std::string> bytes = checkpoint(entity);
  if (!bytes) return false;
  set_snapshot(entity, entity.kind().schema, *std::move(bytes));
  return true;
}

void Undo::set_snapshot(Entity& entity, std::uint32_t schema, std::string bytes) {
  entity.snapshot = Snapshot{false, schema, std::move(bytes), entity.host.generator};
  entity.log.clear();
  if (entity.recorder != nullptr) entity.recorder->at(entity.snapshot);
}

Result<> Undo::restore(Entity& entity) {
  const KindRoute route{nullptr, entity.generation, entity.kind_index};
  const Snapshot& snapshot = entity.snapshot;
  if (snapshot.created) {
    parts_.states.destroy_state(entity);
    const Generator generator = snapshot.generator;
    if (!parts_.states.create_state(entity, route))
      return Error{Errc::internal,
                   kind_and_key(entity.id) +
                       ": entity_create failed, although it had made this entity before"};
    entity.host.generator = generator;
    entity.snapshot.generator = generator;
  } else {
    auto state = parts_.states.import_state(
        *entity.generation, entity.kind_index, entity.id, snapshot.schema, snapshot.bytes);
    if (!state) return state.error();
    parts_.states.destroy_state(entity);
    parts_.states.adopt(entity, route, *state);
    entity.host.generator = snapshot.generator;
  }
  if (entity.log.empty()) return success();
  if (auto replayed = replay(entity); !replayed) return replayed;
  take_snapshot(entity);  // so that the next failure costs one import and no replay
  return success();
}

Result<> Undo::replay(Entity& entity) {
  for (std::size_t i = 0; i < entity.log.size(); ++i) {
    const InputLog::LoggedInput logged = entity.log.at(i);
    Input input;
    input.trigger = logged.trigger;
    input.handler = logged.handler;
    input.timer = logged.timer;
    input.op_code = logged.op_code;
    input.payload = logged.payload;
    input.user_id = logged.user_id;
    input.username = logged.username;
    input.session_id = logged.session_id;
    input.caller = EntityId{std::string(logged.caller_kind), std::string(logged.caller_key)};
    const int handler = parts_.runner.resolve(entity, input);
    if (handler < 0) return Error{Errc::internal, "a replayed message has no handler any more"};
    RunPtr run = parts_.runner.take_run(*entity.generation, handler, std::move(input));
    run->entity = &entity;
    run->generator = &entity.host.generator;
    run->replaying = true;
    run->config_reads.assign(logged.config.begin(), logged.config.end());
    parts_.runner.fill_message(*run);
    run->now_ms = logged.now_ms;
    run->message.now_ms = logged.now_ms;
    run->message.tick = logged.tick;
    const serai_status status = parts_.runner.enter(*run);
    const std::string outcome = run->handler().name + " " + outcome_text(status, run->error_text);
    if (status == SERAI_PENDING) parts_.waits.drop_waits(*run);
    parts_.runner.recycle(std::move(run));
    if (status != SERAI_OK) {
      return Error{Errc::internal,
                   "the module is not deterministic: " + outcome + " as message " +
                       std::to_string(i + 1) + " of " + std::to_string(entity.log.size()) +
                       " of a replay, but had succeeded without a wait before"};
    }
  }
  return success();
}

}  // namespace serai::runtime
