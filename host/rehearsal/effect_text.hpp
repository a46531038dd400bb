// Effect texts: the effects of a handler as texts, so that the effects of two versions can be
// compared.
//
// Thread  any.
#pragma once

#include <string>
#include <vector>

#include "abi/contract.hpp"
#include "abi/effects.hpp"

namespace serai::rehearsal {

struct EffectText {
  std::string action;   // "broadcast 3 to everybody"
  std::string message;  // Protobuf message of the payload; empty: raw bytes
  std::string payload;
};

// `now_ms`: the time of the handler (Unix time); a timer's text has its delay from then on. Effects
// outside the entity come first, in their order, then timers, label and end.
std::vector<EffectText> texts_of(const abi::Effects& effects,
                                 const abi::ModuleContract& contract,
                                 std::int64_t now_ms);

}  // namespace serai::rehearsal
