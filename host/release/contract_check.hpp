// Contract check: finds the changes in a new version of a module that break players, other modules
// or stored state.
//
// Each change has a name. "allow_breaking" of manifest.json has entries of two forms:
//   "rpc:rpc_attack"                                a name allows every change of that name
//   "battle: rpc:rpc_attack: the handler is gone"   a line of a refusal allows that change alone
// The names:
//
//   kind:battle                    the kind is gone
//   kind:battle.state|match|players_max|tick_hz
//   rpc:rpc_attack                 the RPC is gone; also .client .creates .durable .idempotent
//                                  (weakened), and .kind .key .request .reply
//   data:battle.7  timer:battle.turn_over  join:battle  leave:battle  tick:battle
//                                  the handler is gone; also .request
//   event:101                      the event is gone; also .message
//   field:battle.Attack.heavy      a field of a message is gone, renamed, renumbered or of another
//                                  type, or a value of its enum is. In a state, a field may go,
//                                  and it may be renamed if the old name is listed as `reserved`
//   config:turn_ms                 the key is gone or of another type
//   accounts:town:                 the prefix is gone, or its accounts may no longer fall below
//                                  zero
//
// A kind may begin to tick. It may not stop, or tick at another rate.
// Two changes cannot be allowed: kind:battle.schema (the live states could not be read) and
// kind:battle.rollback (there would be no way back; "irreversible": true gives it up).
//
// Thread  any; pure.
#pragma once

#include <string>
#include <vector>

#include "abi/contract.hpp"
#include "loading/descriptors.hpp"

namespace serai::release {

// The parts of a module version that the check compares. Borrowed.
struct ModuleFace {
  const abi::ModuleContract& contract;
  const loading::Descriptors* descriptors = nullptr;  // null: no messages are compared
};

struct BreakingChange {
  std::string name;
  std::string what;
  bool allowable = true;
};

std::vector<BreakingChange> breaking_changes(const ModuleFace& live, const ModuleFace& next);

}  // namespace serai::release
