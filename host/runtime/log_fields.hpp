// LogContext: the fields with which a log line about running code begins: module, version,
// generation, entity, match and caller. The fields of the event follow.
//
//   log_.write(LogLevel::warn, "entity.evicted", LogContext(entity, {{"reason", reason}}));
//
// Thread  the shard's for an entity or a run; otherwise any.
// Owner   borrows the generation, entity, run and `more` until the line is written.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "runtime/entity/entity.hpp"
#include "runtime/execution/run.hpp"

namespace serai::runtime {

class LogContext {
 public:
  // `code`, `generation`: null when unknown; their fields are then left out.
  LogContext(const abi::Generation* code, LogFields more);
  LogContext(const LoadedGeneration* generation, const EntityId& id, LogFields more);
  LogContext(const Entity& entity, LogFields more);
  // Adds the handler, its caller, the trace id, and the time since the handler began.
  LogContext(const Run& run, std::span<const LogField> more);
  LogContext(const Run& run, LogFields more)
      : LogContext(run, std::span(more.begin(), more.size())) {}
  LogContext(const LogContext&) = delete;
  LogContext& operator=(const LogContext&) = delete;
  ~LogContext() = default;

  operator std::span<const LogField>() const {  // NOLINT(google-explicit-constructor)
    return fields_;
  }

 private:
  void add_code(const abi::Generation* code);
  void add_caller(const Input& input);
  void add_entity(const EntityId& id, bool is_match);
  void add(std::span<const LogField> more);

  std::vector<LogField> fields_;
  std::string match_id_;
  std::string trace_id_;
};

}  // namespace serai::runtime
