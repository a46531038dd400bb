// Replay: the recorded inputs of a live match are handled again, by either version, and the results
// are compared.
//
// The handlers get the state, random numbers, times and ticks of the runtime again. Effects are
// compared and not carried out.
//
// Thread  the only thread of the probe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rehearsal/effect_text.hpp"
#include "rehearsal/probe_side.hpp"
#include "runtime/undo/recorder.hpp"

namespace serai::rehearsal {

// The result of one message.
struct ReplayStep {
  serai_status status = SERAI_OK;
  std::string error_text;
  std::string reply;
  std::vector<EffectText> effects;
};

struct Replay {
  const ProbeSide* side = nullptr;  // the version that has replayed; borrowed
  int kind = -1;                    // index into its kinds
  std::vector<ReplayStep> steps;    // one for each message, up to the end of the replay
  std::string stopped;              // the reason of an early end; empty: all messages were handled
};

// Handles the recorded messages on `entity`, which must have been imported from the recording's
// state. Ends at the first message that fails, or that needs something only a running host has.
Replay replay(const ProbeSide& side,
              int kind,
              const ProbeSide::Entity& entity,
              std::string_view key,
              const abi::Recording& recording);

// The differences that clients and other entities would notice, in the fields that both versions
// have, as "message 3 of 17 (tick): broadcast 2 to everybody: seq: 4 -> 5". Only the first
// difference of each handler is returned.
std::vector<std::string> divergences(const abi::Recording& recording,
                                     const Replay& before,
                                     const Replay& after);

}  // namespace serai::rehearsal
