// HostState: the host's part of an entity's state: generator, tick number, timers and label. It is
// stored together with the module's part, so that both are of the same moment.
//
// Units   ..._ms: Unix milliseconds.
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

// A timer of an entity. Its handler is tried until it succeeds.
struct EntityTimer {
  std::int64_t due_ms = 0;  // of the next try
  std::string handler;
  std::string payload;
  std::uint32_t tries = 0;  // failed ones
  std::string error;        // the reason of the last failure; kTimerErrorMax at most
  TimerId armed = 0;        // the shard's timer; 0: not armed; not stored
  bool fired = false;       // its message is in the mailbox; not stored
};

// The wait before the next try after `tries` failed ones: 1 s, doubled with each, 1 h at most.
std::int64_t timer_back_off_ms(std::uint32_t tries);

struct HostState {
  Generator generator;
  std::uint64_t tick = 0;  // the number of the next tick
  std::int64_t create_ms = 0;
  std::string label;
  std::map<std::uint64_t, EntityTimer> timers;
  // Of a kind with a journal: the number of inputs that this state contains, and of the moments
  // from which on the journal begins anew (Journal).
  std::uint64_t position = 0;

  // Encodes as format 3: numbers and texts of wire_bytes.hpp, in the order of host_state.cpp.
  std::string encode() const;
  // Reads formats 3 to 1. Format 2 has no position, in format 1 timers have no tries either.
  // data_loss: the bytes are damaged, or in a later format.
  static Result<HostState> decode(std::string_view bytes);
};

}  // namespace serai::runtime
