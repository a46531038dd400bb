// Dumps of matches: a running match as a folder of files, and a new match that begins in one.
//
// Errors  invalid_argument: a path is not absolute or exists, or the id is no match's. Those of
//         Runtime::copy_match() and fork_match(), of saved_state.hpp, and of the store.
// Thread  any but a shard's; blocking.
#pragma once

#include <string>

#include "base/result.hpp"
#include "model/match_id.hpp"
#include "ports/entity_store.hpp"
#include "runtime/runtime.hpp"

namespace serai::app {

// Returns the number of messages that a replay of the dump would handle.
Result<std::size_t> dump_match(runtime::Runtime& runtime,
                               const std::string& match,
                               const std::string& folder);

// Returns when the new match is stored.
Result<MatchId> fork_match(runtime::Runtime& runtime,
                           EntityStore& store,
                           const std::string& folder);

}  // namespace serai::app
