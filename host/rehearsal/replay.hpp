// Replay: what a live match has lately handled, run once more, by either version, and compared.
//
// The runtime's own conditions are repeated: the same state, generator, clock and ticks. Effects
// are noted and compared, not done.
//
// Thread  the probe has one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rehearsal/effect_text.hpp"
#include "rehearsal/probe_side.hpp"
#include "runtime/undo/recorder.hpp"

namespace serai::rehearsal {

// What one message led to.
struct ReplayStep {
  serai_status status = SERAI_OK;
  std::string error_text;
  std::string reply;
  std::vector<EffectText> effects;
};

struct Replay {
  const ProbeSide* side = nullptr;  // who played, and as which kind
  int kind = -1;
  std::vector<ReplayStep> steps;
  std::string stopped;  // why not all messages have a step; empty: they have
};

// Handles the recorded messages in `entity`, which is in the recording's state, or in what this
// version makes of it. Ends at the first message that needs more than the probe can give.
Replay replay(const ProbeSide& side,
              int kind,
              const ProbeSide::Entity& entity,
              std::string_view key,
              const abi::Recording& recording);

// Where the two differ in what clients and other entities would see, on what both versions know, as
// "message 3 of 17 (tick): broadcast 2 to everybody: seq: 4 -> 5"; the first of each handler.
std::vector<std::string> divergences(const abi::Recording& recording,
                                     const Replay& before,
                                     const Replay& after);

}  // namespace serai::rehearsal
