// About: the first fields of every log line about running code: module, version, generation,
// entity, match, and the user or caller.
//
//   log_.write(LogLevel::warn, "entity.evicted", About(entity, {{"reason", reason}}));
//
// Thread  any.
// Owner   borrows the entity or run, and `more`, until the line is written.
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
  // `code` is null when it is unknown or when there is none.
  About(const abi::Generation* code, std::span<const LogField> more);
  About(const abi::Generation* code, LogFields more)
      : About(code, std::span(more.begin(), more.size())) {}
  About(const LoadedGeneration* generation, const EntityId& id, LogFields more);
  About(const Entity& entity, LogFields more);
  // For a handler: also its caller, its trace, and the time since its message came.
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
