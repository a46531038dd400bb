// What every log line about running code begins with: which module, version and generation it was.
//
//   log_.write(LogLevel::warn, "entity.evicted", about(entity.generation, {{"reason", reason}}));
//
// Thread  any; the fields borrow from the generation and from `more` until the line is written.
#pragma once

#include <vector>

#include "base/log.hpp"
#include "runtime/loaded_generation.hpp"

namespace serai {

// A null generation: the code is not known, or there is none.
inline std::vector<LogField> about(const LoadedGeneration* generation, LogFields more) {
  std::vector<LogField> fields;
  if (generation != nullptr) {
    fields = {{"module", generation->contract().name},
              {"module_version", generation->contract().version},
              {"generation", generation->generation().id}};
  }
  fields.insert(fields.end(), more.begin(), more.end());
  return fields;
}

}  // namespace serai
