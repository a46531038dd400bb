// Recorder: records the messages that a match has handled lately, so that a rehearsal can replay
// them through two versions of the module. The entity's InputLog is cleared at every write to
// storage, so the recorder has a log of its own. When that is full, a new recording starts at the
// next snapshot.
//
// Bound   as InputLog.
// Thread  the shard's. A Recording is a plain value.
// Owner   owns copies of the messages and of the first state.
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
  // Adds a message that a handler has handled with success. Arguments as in InputLog::append().
  void append(const Input& input,
              const abi::ConfigReads& config,
              std::int64_t now_ms,
              std::uint64_t tick);
  // Ends the recording, because the state has changed in a way that a replay cannot repeat.
  void miss() { gap_ = true; }
  // `snapshot` is the entity's present state. Starts a new recording there if the present one has a
  // gap or is full.
  void at(const Snapshot& snapshot);
  // The recording up to the present state. None: it has a gap, or no message.
  std::optional<abi::Recording> recording() const;

 private:
  bool gap_ = true;
  Snapshot start_;
  InputLog inputs_;
};

}  // namespace serai::runtime
