// Stage and SwapOutcome: where a swap is, and how it ended. Their texts are defined only here.
//
// Order   stages are in the order of the table in swap_machine.cpp.
// Thread  plain values.
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
  rest,       // canary: the other entities follow
  committed,  // the fact "committed" is written
  settle,
  rollback,  // the way back; no row of the table, but the undo of COMMIT
};

enum class SwapOutcome {
  running,
  unchanged,    // every module is what runs already
  refused,      // no trace left; see reason
  probation,    // serving, and may still go back
  settled,      // committed for good
  rolled_back,  // served for a while, then went back; see reason
};

// Writing a fact takes almost no time, so the two stages that do are left out of reports.
constexpr bool is_reported(Stage stage) {
  return stage != Stage::attempted && stage != Stage::committed;
}

std::string_view to_string(Stage stage);
std::string_view to_string(SwapOutcome outcome);
// Parses what another process printed; none: that process has an outcome that this one lacks.
std::optional<SwapOutcome> parse_outcome(std::string_view text);
// True when the swap is over.
constexpr bool has_ended(SwapOutcome outcome) {
  return outcome != SwapOutcome::running && outcome != SwapOutcome::probation;
}

}  // namespace serai::swap
