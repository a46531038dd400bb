// Stage and SwapOutcome: the stage of a swap, and its end. Their texts are defined only here.
//
// Order   the stages have the order of the table in swap_machine.cpp.
// Thread  any; plain values.
#pragma once

#include <optional>
#include <string_view>

namespace serai::swap {

enum class Stage {
  verify,
  contract,
  rehearse,
  attempted,  // the fact "attempted" is written
  load,
  commit,
  probation,
  rest,       // canary: the other entities move
  committed,  // the fact "committed" is written
  settle,
  rollback,  // the way back: not a row of the table, but the undo of COMMIT
};

enum class SwapOutcome {
  running,
  unchanged,    // all its modules run already
  refused,      // it left no trace; the report has the reason
  probation,    // it serves, and may still be rolled back
  settled,      // it is committed for good
  rolled_back,  // it served for a while and was rolled back; the report has the reason
};

// The two stages that write a fact take almost no time, so reports leave them out.
constexpr bool is_reported(Stage stage) {
  return stage != Stage::attempted && stage != Stage::committed;
}

std::string_view to_string(Stage stage);
std::string_view to_string(SwapOutcome outcome);
// Parses the text of another process. No value: that process has an outcome that this one has not.
std::optional<SwapOutcome> parse_outcome(std::string_view text);
// True when the swap is over.
constexpr bool has_ended(SwapOutcome outcome) {
  return outcome != SwapOutcome::running && outcome != SwapOutcome::probation;
}

}  // namespace serai::swap
