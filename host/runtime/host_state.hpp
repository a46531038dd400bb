// HostState: what the host keeps for an entity beside the module's state: its generator, ticks,
// timers and label. Written with the state, so that both come back together.
//
// Thread  plain value of the entity's shard.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/result.hpp"
#include "runtime/shard.hpp"

namespace serai {

// Counter-based generator (SplitMix64 over seed + counter): its whole state is two numbers.
struct Generator {
  std::uint64_t seed = 0;
  std::uint64_t counter = 0;
  std::uint64_t next();
};

struct EntityTimer {
  std::int64_t due_ms = 0;  // Unix
  std::string handler;
  std::string payload;
  TimerId armed = 0;   // on the shard; not stored
  bool fired = false;  // its message waits in the mailbox; not stored
};

struct HostState {
  Generator generator;
  std::uint64_t tick = 0;
  std::int64_t create_ms = 0;
  std::string label;
  std::map<std::uint64_t, EntityTimer> timers;

  std::string encode() const;
  static Result<HostState> decode(std::string_view bytes);  // data_loss when damaged
};

}  // namespace serai
