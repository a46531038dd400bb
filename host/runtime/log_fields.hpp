// About: the fields with which a log line about running code begins: module, version, generation,
// entity, match and caller. The fields of the event follow.
//
//   log_.write(LogLevel::warn, "entity.evicted", About(entity, {{"reason", reason}}));
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

class About {
 public:
  // `code`, `generation`: null when unknown; their fields are then left out.
  About(const abi::Generation* code, LogFields more);
  About(const LoadedGeneration* generation, const EntityId& id, LogFields more);
  About(const Entity& entity, LogFields more);
  // Adds the handler, its caller, the trace id, and the time since the handler began.
  About(const Run& run, std::span<const LogField> more);
  About(const Run& run, LogFields more) : About(run, std::span(more.begin(), more.size())) {}
  About(const About&) = delete;
  About& operator=(const About&) = delete;

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
