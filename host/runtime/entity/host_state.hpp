// HostState: the host's own state of an entity: its generator, ticks, timers and label. It is
// stored together with the module's state, so that both agree.
//
// Thread  plain value of the entity's shard.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/result.hpp"
#include "model/generator.hpp"
#include "runtime/shard/shard.hpp"

namespace serai::runtime {

inline constexpr std::size_t kTimerErrorMax = 256;  // bytes

// A timer is done when its handler has succeeded. Until then it is tried again: the back-off is 1 s
// and doubles with each try, up to 1 h.
struct EntityTimer {
  std::int64_t due_ms = 0;  // Unix; of the next try
  std::string handler;
  std::string payload;
  std::uint32_t tries = 0;  // that failed
  std::string error;        // why the last one failed; at most kTimerErrorMax
  TimerId armed = 0;        // on the shard; not stored
  bool fired = false;       // its message waits in the mailbox; not stored
};

// The wait until the next try, after so many have failed.
std::int64_t timer_back_off_ms(std::uint32_t tries);

struct HostState {
  Generator generator;
  std::uint64_t tick = 0;
  std::int64_t create_ms = 0;
  std::string label;
  std::map<std::uint64_t, EntityTimer> timers;

  std::string encode() const;  // in format 2
  // Formats 1 (timers had no tries) and 2. data_loss when damaged, or of a later format.
  static Result<HostState> decode(std::string_view bytes);
};

}  // namespace serai::runtime
