// Stage and SwapOutcome: where a swap is, and what became of it; the only texts of both.
//
// Order   of the stages: as a swap goes through them (swap_machine.cpp has the table).
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
  rest,       // canaries: those that stayed behind follow
  committed,  // the fact "committed" is written
  settle,
  rollback,  // on the way back; no row of the table, but its undo
};

enum class SwapOutcome {
  running,
  unchanged,    // every module is what runs already
  refused,      // no trace left; see reason
  probation,    // serving, and may still go back
  settled,      // committed for good
  rolled_back,  // served for a while, then went back; see reason
};

// Facts are written in no time worth a line: they are rows of the table, and not of a report.
constexpr bool is_reported(Stage stage) {
  return stage != Stage::attempted && stage != Stage::committed;
}

std::string_view to_string(Stage stage);
std::string_view to_string(SwapOutcome outcome);
// Of what another process printed; none: it knows an outcome that this one does not.
std::optional<SwapOutcome> parse_outcome(std::string_view text);
// Nothing more comes of the swap.
constexpr bool has_ended(SwapOutcome outcome) {
  return outcome != SwapOutcome::running && outcome != SwapOutcome::probation;
}

}  // namespace serai::swap
