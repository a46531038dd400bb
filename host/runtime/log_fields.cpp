#include "runtime/log_fields.hpp"

#include "abi/module_calls.hpp"
#include "abi/sink.hpp"
#include "base/trace_id.hpp"
#include "runtime/shard_parts.hpp"

namespace serai::runtime {
namespace {

bool is_match(const Entity& entity) {
  return entity.generation != nullptr && entity.kind_index >= 0 && entity.kind().match;
}

const abi::Generation* code_of(const LoadedGeneration* loaded) {
  return loaded == nullptr ? nullptr : &loaded->generation();
}

}  // namespace

LogContext::LogContext(const abi::Generation* code, LogFields more) {
  add_code(code);
  add(std::span(more.begin(), more.size()));
}

LogContext::LogContext(const LoadedGeneration* generation, const EntityId& id, LogFields more) {
  add_code(code_of(generation));
  add_entity(id, false);
  add(std::span(more.begin(), more.size()));
}

LogContext::LogContext(const Entity& entity, LogFields more) {
  add_code(code_of(entity.generation));
  add_entity(entity.id, is_match(entity));
  add(std::span(more.begin(), more.size()));
}

LogContext::LogContext(const Run& run, std::span<const LogField> more) {
  add_code(code_of(run.generation));
  const bool rpc = run.input.trigger == abi::Trigger::rpc;
  fields_.emplace_back(rpc ? "rpc" : "handler", run.handler().name);
  if (run.entity != nullptr) add_entity(run.entity->id, is_match(*run.entity));
  add_caller(run.input);
  const serai_message& message = run.message;
  if (message.user_id.size != 0) fields_.emplace_back("player_id", abi::view_of(message.user_id));
  if (message.session_id.size != 0)
    fields_.emplace_back("session_id", abi::view_of(message.session_id));
  if (!run.input.trace_id.is_nil()) {
    trace_id_ = trace_text(run.input.trace_id);
    fields_.emplace_back("trace_id", trace_id_);
  }
  const std::int64_t took_us = run.parts->services.env.clock.steady_us() - run.began_us;
  fields_.emplace_back("duration_ms", static_cast<double>(took_us) / 1e3);
  add(more);
}

void LogContext::add_code(const abi::Generation* code) {
  if (code != nullptr) fields_ = abi::with_code(*code, {});
}

// Adds the calling entity and the calling code, each if there is one.
void LogContext::add_caller(const Input& input) {
  if (!input.caller.kind.empty()) {
    fields_.emplace_back("caller_kind", input.caller.kind);
    fields_.emplace_back("caller_key", input.caller.key);
  }
  if (input.caller_code.version == nullptr) return;
  fields_.emplace_back("caller_module", *input.caller_code.module);
  fields_.emplace_back("caller_module_version", *input.caller_code.version);
  fields_.emplace_back("caller_generation", input.caller_code.generation);
}

void LogContext::add_entity(const EntityId& id, bool is_match) {
  fields_.emplace_back("kind", id.kind);
  fields_.emplace_back("key", id.key);
  if (!is_match) return;
  match_id_ = id.key + "." + id.kind;  // MatchId::text()
  fields_.emplace_back("match_id", match_id_);
}

void LogContext::add(std::span<const LogField> more) {
  fields_.insert(fields_.end(), more.begin(), more.end());
}

}  // namespace serai::runtime
