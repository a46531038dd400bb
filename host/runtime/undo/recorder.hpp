// Recorder: the messages a match has lately handled, for a rehearsal to replay them through two
// versions. InputLog, which undoes failed handlers, is forgotten at every write to storage; this
// one goes on until it is full, and begins anew at the next snapshot.
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
  // Something was handled that cannot be repeated: from here on there is a gap.
  void miss() { gap_ = true; }
  // The entity is now in this state.
  void at(const Snapshot& snapshot);
  // None when there is a gap, or nothing has been handled.
  std::optional<abi::Recording> recording() const;

 private:
  bool gap_ = true;
  Snapshot start_;
  InputLog inputs_;
};

}  // namespace serai::runtime
