// Contract check: finds what a new version of a module breaks for players, other modules and stored
// state.
//
// "allow_breaking" of manifest.json may have these names, which allow every change of that name, or
// a whole line of a refusal, "battle: rpc:rpc_attack: the handler is gone", which allows that
// change alone.
//   kind:battle                    the kind is gone
//   kind:battle.state|match|players_max|tick_hz
//   rpc:rpc_attack                 the RPC is gone; also .client .creates .durable .idempotent
//                                  (weakened), and .kind .key .request .reply
//   data:battle.7  timer:battle.turn_over  join:battle  leave:battle  tick:battle
//                                  the handler is gone; also .request
//   event:101                      the event is gone; also .message
//   field:battle.Attack.heavy      a message field is gone, renamed, renumbered or of another type,
//                                  or a value of its enum is; of a state, a field may be gone, and
//                                  one whose old name is `reserved` may have a new one
//   config:turn_ms                 the key is gone or of another type
//   accounts:town:                 the prefix is gone, or its accounts may no longer fall below
//                                  zero
// A kind that begins to tick breaks nothing; one that stops, or ticks at another rate, does.
// These cannot be allowed: kind:battle.schema (the live states could not be read), and
// kind:battle.rollback (no way back; "irreversible": true gives it up).
//
// Thread  any; pure.
#pragma once

#include <string>
#include <vector>

#include "abi/contract.hpp"
#include "loading/descriptors.hpp"

namespace serai::release {

// One version of a module, as the check sees it. Borrowed.
struct ModuleFace {
  const abi::ModuleContract& contract;
  const loading::Descriptors* descriptors = nullptr;  // null: the module names no message
};

struct BreakingChange {
  std::string name;
  std::string what;
  bool allowable = true;
};

std::vector<BreakingChange> breaking_changes(const ModuleFace& live, const ModuleFace& next);

}  // namespace serai::release
