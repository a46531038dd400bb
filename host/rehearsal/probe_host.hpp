// The host table of the probe. Outside handlers a module can open with it and write to sinks; the
// handlers of a replay are given time and randomness, and what they ask for is noted, not done.
//
// Thread  the probe has one.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "abi/config_read.hpp"
#include "abi/contract.hpp"
#include "runtime/undo/snapshot.hpp"
#include "serai/abi.h"

namespace serai::rehearsal {

// Takes what a module writes. Bounded, like the real one.
struct ProbeSink {
  static constexpr std::size_t kBytesMax = 64U << 20;
  std::string bytes;
  serai_sink* handle() { return reinterpret_cast<serai_sink*>(this); }
};

// Something a handler wanted done outside its state.
struct ProbeEffect {
  std::string what;     // "broadcast 3 to everybody"
  std::string message;  // Protobuf message of the payload; empty: raw bytes
  std::string payload;
};

// To a module it is the serai_call of the handler that runs.
struct ProbeCall {
  const abi::ModuleContract* contract = nullptr;
  int kind = -1;  // of the entity
  std::int64_t now_ms = 0;
  Generator* generator = nullptr;
  std::span<const abi::ConfigRead> config;  // what it may be told
  std::string reply;
  std::string error_text;
  std::vector<ProbeEffect> effects;
  std::string beyond;  // what it asked for that only a running host can answer

  serai_call* handle() { return reinterpret_cast<serai_call*>(this); }
};

// The call that the host table serves now; null outside handlers.
ProbeCall*& entered_probe_call();

const serai_host& probe_host();

}  // namespace serai::rehearsal
