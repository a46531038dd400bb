// Recorder: records the messages that a match has lately handled, so that a rehearsal can replay
// them through two versions. InputLog is cleared at every write to storage; a recorder goes on
// until it is full, and then starts again at the next snapshot.
//
// Units   bounded as InputLog is.
// Thread  the shard's. A Recording is a plain value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "abi/recording.hpp"
#include "runtime/undo/input_log.hpp"
#include "runtime/undo/snapshot.hpp"

namespace serai::runtime {

class Recorder {
 public:
  void append(const Input& input,
              const abi::ConfigReads& config,
              std::int64_t now_ms,
              std::uint64_t tick);
  // Notes a gap: the match has handled something that cannot be repeated.
  void miss() { gap_ = true; }
  // Reports that the entity is now in this state.
  void at(const Snapshot& snapshot);
  // None when there is a gap, or nothing has been handled.
  std::optional<abi::Recording> recording() const;

 private:
  bool gap_ = true;
  Snapshot start_;
  InputLog inputs_;
};

}  // namespace serai::runtime
