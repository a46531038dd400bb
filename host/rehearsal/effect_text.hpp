// Effect texts: what a handler wanted done, as lists of what two versions wanted can be compared.
//
// Thread  any.
#pragma once

#include <string>
#include <vector>

#include "abi/contract.hpp"
#include "abi/effects.hpp"

namespace serai::rehearsal {

struct EffectText {
  std::string what;     // "broadcast 3 to everybody"
  std::string message;  // Protobuf message of the payload; empty: raw bytes
  std::string payload;
};

// `now_ms`: when the handler ran; timers are due that much later. Effects that leave the entity
// come first, in their order, then timers, label and end.
std::vector<EffectText> texts_of(const abi::Effects& effects,
                                 const abi::ModuleContract& contract,
                                 std::int64_t now_ms);

}  // namespace serai::rehearsal
